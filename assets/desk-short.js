// What a telephone gets of an order: a text for each deadline, cut where a short message ends.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskShort = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);
  const length = (words) => [...words].length;

  // `told` is {shorts: [{tiers, words, cut}], leaves_by, mode}
  function texts(told) {
    const one = ({ tiers, words, cut }) => P().make("div", "short", P().make("p", "q", tiers.map((tier) => T(`tier.${tier}`)).join(T("desk.comma")), T("desk.gap"), P().make("span", cut ? "watch" : "", T(cut ? "desk.short_cut" : "desk.short_whole", { n: F().number(length(words)) }))), P().make("p", "words", words));
    return [...told.shorts.map(one), P().make("p", "qq", T("desk.short_note"))];
  }
  const ways = (told) => (told.leaves_by.length ? told.leaves_by.map((channel) => T(`ledger.channel_${channel}`)).join(T("desk.comma")) : T(told.mode === "drill" ? "desk.short_drill" : "desk.short_nowhere"));

  // Among other fields, open where they leave.
  function fold(told) {
    return told.shorts.length ? [Object.assign(P().make("details", "shorts", P().make("summary", "", T("desk.short_title"), " ", P().make("span", "q", ways(told))), ...texts(told)), { open: told.leaves_by.length > 0 })] : [];
  }

  // [severity, words] of the longest, which says whether the officer should write less; null where nothing leaves.
  function line(told) {
    if (!told.shorts.length || !told.leaves_by.length) return null;
    const cut = told.shorts.some((one) => one.cut);
    return [cut ? "watch" : "normal", T(cut ? "desk.short_cut" : "desk.short_whole", { n: F().number(Math.max(...told.shorts.map((one) => length(one.words)))) })];
  }
  function sheet(told) {
    const at = P().at("desk-sheet"), back = D().button("btn", () => at.close(), T("desk.close_sheet"));
    D().sheet(at, P().make("h2", "", T("desk.short_title"), P().make("small", "", ways(told)), back), P().make("div", "shorts", ...texts(told)));
    back.focus();
  }

  return { fold, line, sheet };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskShort;
