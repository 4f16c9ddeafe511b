// What a terminal keeps on its device: the orders that are valid, with the moment they were last known to be, and the
// centre's clock; and the worker that shows the page without a network.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.terminalKept = (() => {
  const EVERY_MS = 20000;

  // The rows worth keeping: orders that are valid at `now`, the lines of this post in them, and the post's people.
  function worth(rows, { now, post }) {
    const { order, line, person } = { order: {}, line: {}, person: {}, ...rows };
    const valid = Object.values(order).filter((one) => zhongshu.terminalModel.is_valid(one, now) && line[`${one.id}/${post}`]);
    const by_id = (list) => Object.fromEntries(list.map((row) => [row.id, row]));
    return { order: by_id(valid), line: by_id(valid.map((one) => line[`${one.id}/${post}`])), person };
  }

  // `store` keeps strings as localStorage does.
  function open({ key, post, store = localStorage }) {
    let written = null, written_at = -Infinity;
    const kept = { rows: null, at: null, ahead: 0 };

    // What was kept when the page was last open: {rows, at, ahead}; its clock never runs behind the moment it was kept.
    kept.read = (device_now = Date.now()) => {
      const found = parse(store);
      if (!found) return kept;
      const ahead = Math.max(found.ahead, found.at - device_now);
      return Object.assign(kept, { ahead, at: found.at, rows: worth(found.rows, { now: device_now + ahead, post }) });
    };
    function parse() {
      try { const found = JSON.parse(store.getItem(key)); return found && found.at && found.rows ? found : null; } catch { return null; }
    }
    // While the link is live: what it knows. Written when it changed, and now and then for its age.
    kept.take = (rows, { now, device_now = Date.now() }) => {
      const said = JSON.stringify(worth(rows, { now, post }));
      kept.at = now;
      if (said === written && now - written_at < EVERY_MS) return;
      [written, written_at] = [said, now];
      try { store.setItem(key, `{"at":${now},"ahead":${now - device_now},"rows":${said}}`); } catch { /* full or forbidden */ }
    };
    kept.forget = () => { written = null; try { store.removeItem(key); } catch { /* forbidden */ } };
    return kept;
  }

  // Registers the worker, or takes away whatever is there when the server no longer wants one. Never holds up the page.
  async function work(url, scope, container = navigator.serviceWorker) {
    if (!container) return;
    const there = await container.getRegistration(scope);
    if (!url) { if (there) await there.unregister(); return; }
    await container.register(url, { scope, updateViaCache: "none" });
  }

  return { open, worth, work };
})();

if (typeof module !== "undefined") module.exports = zhongshu.terminalKept;
