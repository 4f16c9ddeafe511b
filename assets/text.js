// Words on the screen: the same catalogue that Python reads, fetched once.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.words = (() => {
  let catalogue = {};
  // The words of `key` with its {placeholders} filled; an unknown key shows itself, so that a test can see it.
  function text(key, values = {}) {
    const words = catalogue[key];
    if (words === undefined) return key;
    return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  }
  async function load(url) { catalogue = await (await fetch(url)).json(); }
  const use = (words) => { catalogue = words; };
  const has = (key) => key in catalogue;
  return { text, load, use, has };
})();
zhongshu.text = zhongshu.words.text;

if (typeof module !== "undefined") module.exports = zhongshu.words;
