// A Socket.IO v5 / Engine.IO v4 client over one websocket: namespace, events, answers, ping watch, reconnect.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.socket = function socket({ namespace = "/", auth = {}, url, WebSocket = globalThis.WebSocket, answer_ms = 10000, random = Math.random } = {}) {
  const listeners = {}, waiting = new Map();
  let ws = null, open = false, closed = false, failures = 0, asked = 0, watch = null, retry = null, silence_ms = 45000;

  const heard = (event, ...args) => (listeners[event] || []).forEach((listen) => listen(...args));
  const send = (packet) => ws && ws.readyState === 1 && ws.send(packet);
  const address = () => url || `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket.io/?EIO=4&transport=websocket`;

  function connect() {
    retry = null;
    const mine = ws = new WebSocket(address());
    const lost = () => mine === ws && drop();
    mine.onmessage = (message) => mine === ws && (breathe(), read(String(message.data)));
    mine.onclose = lost;
    mine.onerror = lost;
    breathe();
  }

  // Nothing heard for longer than the server lets pass between two pings: the line is dead, whatever TCP thinks.
  function breathe() {
    clearTimeout(watch);
    watch = setTimeout(drop, silence_ms);
  }

  function drop() {
    clearTimeout(watch);
    const was_open = open, old = ws;
    open = false;
    ws = null;
    if (old) { old.onclose = old.onerror = old.onmessage = null; old.close(); }
    waiting.forEach(({ fail }) => fail(new Error("the link was lost")));
    waiting.clear();
    if (was_open) heard("disconnect");
    if (!closed && !retry) retry = setTimeout(connect, zhongshu.socket.pause_ms(failures++, random()));
  }

  function read(packet) {
    const kind = packet[0];
    if (kind === "0") greet(JSON.parse(packet.slice(1)));
    else if (kind === "1") drop();
    else if (kind === "2") send("3" + packet.slice(1));
    else if (kind === "4") unpack(packet.slice(1));
  }

  function greet({ pingInterval, pingTimeout }) {
    silence_ms = pingInterval + pingTimeout;
    send(`40${namespace},${JSON.stringify(typeof auth === "function" ? auth() : auth)}`);
  }

  function unpack(packet) {
    const [, kind, , number, body] = packet.match(/^(\d)(?:(\/[^,]*),)?(\d*)([\s\S]*)$/);
    const data = body ? JSON.parse(body) : undefined;
    if (kind === "0") { open = true; failures = 0; heard("connect"); }
    else if (kind === "1") { failures = Math.max(failures, 2); drop(); }
    else if (kind === "2") heard(...data);
    else if (kind === "3") settle(Number(number), data[0]);
    else if (kind === "4") { heard("refused", data && data.message); failures = Math.max(failures, 3); drop(); }
  }

  function settle(number, value) {
    const question = waiting.get(number);
    waiting.delete(number);
    if (question) question.done(value);
  }

  function call(event, ...args) {
    return new Promise((done, fail) => {
      if (!open) { fail(new Error("there is no link")); return; }
      const number = asked++;
      const late = setTimeout(() => waiting.delete(number) && fail(new Error("no answer in time")), answer_ms);
      const once = (end) => (value) => { clearTimeout(late); end(value); };
      waiting.set(number, { done: once(done), fail: once(fail) });
      send(`42${namespace},${number}${JSON.stringify([event, ...args])}`);
    });
  }

  const hurry = () => { if (retry) { clearTimeout(retry); connect(); } };
  // The device knows at once that its network is gone; the line itself would be missed only after the next ping.
  const gone = () => { if (ws) drop(); };
  if (globalThis.addEventListener) { globalThis.addEventListener("online", hurry); globalThis.addEventListener("offline", gone); }
  connect();
  return {
    on(event, listen) { (listeners[event] = listeners[event] || []).push(listen); },
    emit(event, ...args) { if (open) send(`42${namespace},${JSON.stringify([event, ...args])}`); return open; },
    call,
    close() { closed = true; clearTimeout(retry); if (globalThis.removeEventListener) { globalThis.removeEventListener("online", hurry); globalThis.removeEventListener("offline", gone); } drop(); },
    get open() { return open; },
  };
};

// Half a second at first, five at most, scattered so that a restarted server is not met by everybody at once.
zhongshu.socket.pause_ms = (failures, chance) => Math.max(500, Math.min(5000, 500 * 2 ** Math.min(failures, 5)) * (0.5 + chance / 2));

if (typeof module !== "undefined") module.exports = zhongshu.socket;
