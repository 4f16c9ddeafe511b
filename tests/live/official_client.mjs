// The official Socket.IO client at our live door: connects, joins, hears an order, says that it came, is told of the rest.
import { createRequire } from "node:module";

const [, , installed, address, token, post] = process.argv;
const { io } = createRequire(`${installed}/`)("socket.io-client");
const socket = io(`${address}/live`, { transports: ["websocket"], auth: { token }, reconnection: false, forceNew: true });
const say = (told) => console.log(JSON.stringify(told));
const end = (told, code) => { say(told); socket.disconnect(); setTimeout(() => process.exit(code), 50); };

setTimeout(() => end({ problem: "nothing came in time" }, 1), 60000).unref();
socket.on("connect_error", (error) => end({ problem: error.message }, 1));
socket.on("connect", async () => {
  const refused = await socket.timeout(20000).emitWithAck("join", "post:999999");
  const joined = await socket.timeout(20000).emitWithAck("join", `post:${post}`);
  say({ refused: refused.ok, joined: joined.ok, room: joined.room });
});
socket.on("rows", async ({ rows }) => {
  const order = rows.find((row) => row.kind === "order");
  if (!order) return;
  const answer = await socket.timeout(20000).emitWithAck("delivered", { order: order.id, post, version: order.version, at: new Date().toISOString() });
  end({ title: order.title, delivered: answer.ok }, 0);
});
