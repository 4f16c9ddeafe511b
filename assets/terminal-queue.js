// Answers kept on the device until the ledger shows them: nothing said here is lost with the network.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.terminalQueue = (() => {
  const AGAIN_MS = 2000;
  // The door's sentences that say «later», not «no».
  const FOR_NOW = ["this cannot be written now; it is kept on your device and sent again", "too many messages: wait a moment", "this cannot be read now: try again"];
  const note_of = (said) => said.note || "";

  // Whether the ledger's line holds this answer: with its own time, or as the last word, which is not written twice.
  function contains(line, item) {
    const answers = (line && line.answers) || [], last = answers[answers.length - 1];
    const same = (answer) => answer.answer === item.answer && note_of(answer) === note_of(item) && (!item.place || String(answer.place) === String(item.place));
    return answers.some((answer) => same(answer) && answer.claimed_at === item.at) || Boolean(last && same(last));
  }

  // `store` keeps strings as localStorage does; `call(event, payload)` sends one receipt; `changed()` is told of news.
  function open({ key, store, call, changed = () => {}, wait = setTimeout }) {
    const pins = new Map(), flying = new Set();
    const queue = { items: read(), refused: null };

    function read() {
      try { const kept = JSON.parse(store.getItem(key)); return Array.isArray(kept) ? kept.map((item) => ({ ...item, sent: false })) : []; } catch { return []; }
    }
    function write() {
      try { store.setItem(key, JSON.stringify(queue.items)); } catch { /* full or forbidden: kept in memory only */ }
      changed();
    }

    // `pin` stays in memory: no secret is written to the device.
    queue.add = (item, pin = "") => {
      if (pin) pins.set(item.at, pin);
      queue.items.push({ ...item, wants_pin: Boolean(pin), sent: false });
      queue.refused = null;
      write();
    };
    queue.of = (order_id) => queue.items.filter((item) => item.order === order_id);
    queue.lacks_pin = () => queue.items.find((item) => item.wants_pin && !pins.has(item.at)) || null;
    queue.give_pin = (at, pin) => {
      if (pin) pins.set(at, pin);
      else queue.items = queue.items.map((item) => (item.at === at ? { ...item, wants_pin: false } : item));
      write();
    };

    // Drops what the ledger holds now.
    queue.settle = (lines) => {
      const left = queue.items.filter((item) => !contains(lines[`${item.order}/${item.post}`], item));
      if (left.length === queue.items.length) return;
      queue.items = left;
      write();
    };
    // After the link was lost, what had been sent may have been lost with it.
    queue.forget_sent = () => queue.items.forEach((item) => { item.sent = false; });

    // Sends what waits, one at a time and in order, so that the last word stays the last.
    queue.send = async () => {
      const item = queue.items.find((one) => !one.sent);
      if (!item || flying.size || (item.wants_pin && !pins.has(item.at))) return;
      flying.add(item.at);
      const { sent: _sent, wants_pin: _wants, ...said } = item, pin = pins.get(item.at);
      const answer = await call(item.kind, pin ? { ...said, pin } : said).catch(() => null);
      flying.delete(item.at);
      if (answer && answer.ok) { item.sent = true; changed(); queue.send(); return; }
      if (answer && !FOR_NOW.includes(answer.problem)) { refuse(item, answer.problem); return; }
      if (answer) wait(queue.send, AGAIN_MS);
    };
    function refuse(item, problem) {
      queue.items = queue.items.filter((one) => one !== item);
      queue.refused = { item, problem };
      pins.delete(item.at);
      write();
      queue.send();
    }
    return queue;
  }

  return { open, contains, FOR_NOW };
})();

if (typeof module !== "undefined") module.exports = zhongshu.terminalQueue;
