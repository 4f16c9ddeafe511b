// The link of desks and terminals: rooms, their rows, and the server's clock. It needs no vital signs to be alive.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskLink = (() => {
  const RETRY_MS = 3000, CLOCK_EVERY_MS = 600000;

  // `now` is the server's time at load (ms; 0: unknown, then `ahead` is what the device's clock lacks), `clock` an address
  // that tells it again; `rooms` are joined at once.
  // Subscribers get (link.rows, link) at most once a frame, in a hidden page at once.
  function open({ rooms, now, clock, ahead: known = 0, socket = zhongshu.socket, ask = fetch, soon = hand_over_soon }) {
    const wanted = [...rooms], heard_while_joining = [], subscribers = [], left = [];
    const link = { rows: empty(), state: "connecting", since: Date.now(), problem: null, you: null, build: null, joined: 0 };
    let ahead = now ? now - Date.now() : known, joining = null, asked = false, wire = null, again_later = null;

    link.now = () => Date.now() + ahead;
    link.call = (...args) => wire.call(...args);
    link.subscribe = (paint) => { subscribers.push(paint); changed(); };
    link.on_notice = (listen) => left.push(listen);

    // ---- handing over ----
    function changed() {
      if (asked) return;
      asked = true;
      soon(() => { asked = false; subscribers.forEach((paint) => paint(link.rows, link)); });
    }

    // ---- rows: a join's answer is the truth; what was announced while it was on its way is newer still ----
    function take(rows) {
      rows.forEach((row) => zhongshu.rows.upsert(link.rows, row));
      changed();
    }
    async function join_all() {
      const fresh = empty(), answers = [];
      heard_while_joining.length = 0;
      for (const room of [...wanted]) answers.push(await wire.call("join", room));
      const refused = answers.find((answer) => !answer.ok);
      if (refused) throw new Error(refused.problem);
      for (const answer of answers) answer.rows.forEach((row) => zhongshu.rows.upsert(fresh, row));
      heard_while_joining.forEach((row) => zhongshu.rows.upsert(fresh, row));
      Object.assign(link, { rows: fresh, state: "live", since: link.now(), problem: null, you: answers[0].you, build: answers[0].build });
      link.joined += 1;
      changed();
    }
    function join() {
      if (!joining && wire.open) joining = join_all().catch(later).finally(() => { joining = null; });
      return joining;
    }
    function later(error) {
      link.problem = error.message;
      again_later = setTimeout(join, RETRY_MS);
      changed();
    }
    // Another room, for as long as the page lives.
    link.join = async (room) => {
      if (wanted.includes(room)) return;
      wanted.push(room);
      if (link.state !== "live" || joining) return;
      const answer = await wire.call("join", room).catch(() => null);
      if (answer && answer.ok) take(answer.rows);
    };

    // ---- the clock: half of the way there and back is how old the answer is ----
    async function set_clock() {
      if (!clock) return;
      const sent = Date.now(), answer = await ask(clock, { cache: "no-store" }).catch(() => null);
      if (!answer || !answer.ok) return;
      const { now: told } = await answer.json();
      ahead = told + (Date.now() - sent) / 2 - Date.now();
    }

    function lost() {
      if (link.state !== "lost") Object.assign(link, { state: "lost", since: link.now() });
      changed();
    }
    function notice(message) {
      if (message.key === "resync") join();
      if (message.key === "bye") { wire.close(); link.problem = "bye"; lost(); }
      left.forEach((listen) => listen(message));
    }

    wire = socket({ namespace: "/live" });
    wire.on("connect", () => { join(); set_clock(); });
    wire.on("disconnect", lost);
    wire.on("refused", (message) => { link.problem = message; lost(); });
    wire.on("rows", (packet) => { if (joining) heard_while_joining.push(...packet.rows); take(packet.rows); });
    wire.on("notice", notice);
    const again = setInterval(set_clock, CLOCK_EVERY_MS);
    link.close = () => { clearInterval(again); clearTimeout(again_later); wire.close(); };
    return link;
  }

  const empty = () => ({ ...zhongshu.rows.empty(), person: {} });
  function hand_over_soon(act) {
    if (document.hidden) queueMicrotask(act); else requestAnimationFrame(act);
  }

  return { open, empty };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskLink;
