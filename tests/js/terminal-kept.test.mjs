// What a terminal keeps on its device, and what its service worker gives while there is no network.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const load = createRequire(import.meta.url);
load("../../assets/terminal-model.js");
const kept = load("../../assets/terminal-kept.js"), worker = load("../../assets/terminal-worker.js"), place = load("../../assets/terminal-place.js");
const NOW = Date.parse("2026-11-24T06:35:00.000Z"), POST = "410181106", HOUR = 3600000;

const order = (id, more = {}) => ({ id, state: "running", valid_until: "2026-11-24T14:00:00.000Z", ...more });
const line = (id) => ({ id: `${id}/${POST}`, order: id });
const rows = (...orders) => ({ order: Object.fromEntries(orders.map((one) => [one.id, one])), line: Object.fromEntries(orders.map((one) => [`${one.id}/${POST}`, line(one.id)])), person: { p1: { id: "p1" } } });
function a_store(first = {}) {
  const kept_strings = { ...first };
  return { getItem: (key) => kept_strings[key] ?? null, setItem: (key, value) => { kept_strings[key] = value; }, removeItem: (key) => { delete kept_strings[key]; }, kept_strings };
}
const opened = (store) => kept.open({ key: "k", post: POST, store });

test("only valid orders are kept, and what has expired since is not given back", () => {
  const store = a_store();
  opened(store).take(rows(order("a"), order("gone", { state: "cancelled" }), order("short", { valid_until: "2026-11-24T06:40:00.000Z" })), { now: NOW, device_now: NOW });
  assert.deepEqual(Object.keys(opened(store).read(NOW).rows.order), ["a", "short"]);
  assert.deepEqual(Object.keys(opened(store).read(NOW + HOUR).rows.order), ["a"]);
  assert.deepEqual(Object.keys(opened(store).read(NOW + HOUR).rows.person), ["p1"]);
  assert.equal(opened(store).read(NOW + HOUR).at, NOW);
});

test("the centre's clock goes on without the centre, and never back behind what was kept", () => {
  const store = a_store();
  opened(store).take(rows(order("a")), { now: NOW, device_now: NOW - 5000 });
  assert.equal(opened(store).read(NOW + HOUR).ahead, 5000);
  const set_back = opened(store).read(NOW - HOUR);
  assert.equal(NOW - HOUR + set_back.ahead, NOW);
});

test("what is kept is written when it changes or has grown old, not each second", () => {
  const store = a_store(), mine = opened(store);
  const at = () => JSON.parse(store.kept_strings.k).at;
  mine.take(rows(order("a")), { now: NOW, device_now: NOW });
  mine.take(rows(order("a")), { now: NOW + 1000, device_now: NOW + 1000 });
  assert.equal(at(), NOW);
  mine.take(rows(order("a"), order("b")), { now: NOW + 2000, device_now: NOW + 2000 });
  assert.equal(at(), NOW + 2000);
  mine.take(rows(order("a"), order("b")), { now: NOW + 23000, device_now: NOW + 23000 });
  assert.equal(at(), NOW + 23000);
  mine.forget();
  assert.equal(opened(store).read(NOW).rows, null);
});

test("a broken or foreign note on the device is nothing", () => {
  for (const text of ["", "{", "null", "[]", '{"at":1}']) assert.equal(opened(a_store({ k: text })).read(NOW).rows, null);
});

// ---- the worker ----
const SHELL = { build: "b2", page: "/terminal", files: ["/terminal/assets/a.js?v=b2"], icons: ["/terminal/icons/icon.svg"] }, ORIGIN = "https://city.test";
const page_of = (build) => `<body data-build="${build}" data-now="1764">`;
function a_world({ page = page_of("b2"), status = 200, away = false } = {}) {
  const stores = new Map(), asked = [];
  const key = (request) => { const url = new URL(request.url || request, ORIGIN); return url.pathname + url.search; };
  const open = async (name) => {
    if (!stores.has(name)) stores.set(name, new Map());
    const held = stores.get(name);
    return {
      put: async (request, answer) => { held.set(key(request), answer); }, delete: async (request) => held.delete(key(request)),
      match: async (request) => { const found = held.get(key(request)); return found && found.clone(); },
      addAll: async (urls) => { for (const url of urls) held.set(url, await fetch(url)); },
    };
  };
  const world = { away, page, status, stores, asked, caches: { open, keys: async () => [...stores.keys()], delete: async (name) => stores.delete(name) } };
  async function fetch(request) {
    asked.push(key(request));
    if (world.away) throw new TypeError("no network");
    return new Response(key(request) === "/terminal" ? world.page : `file ${key(request)}`, { status: world.status });
  }
  return Object.assign(world, { fetch, after: () => {} });
}
const asks = (path, more = {}) => ({ method: "GET", mode: "navigate", url: `${ORIGIN}${path}`, ...more });

test("the worker minds the page and its own files, and leaves everything the centre answers alone", () => {
  const kind = (path, more) => worker.kind_of(SHELL, asks(path, more), ORIGIN), script = { mode: "no-cors" };
  assert.deepEqual([kind("/terminal"), kind("/terminal/"), kind("/terminal?lang=en")], ["page", "page", "page"]);
  assert.deepEqual([kind("/terminal/assets/a.js?v=b2", script), kind("/terminal/assets/a.js?v=b1", script)], ["file", null]);
  for (const path of ["/terminal/post", "/terminal/clock", "/api/v1/orders", "/login"]) assert.equal(kind(path, script), null);
  assert.equal(kind("/terminal", { method: "POST" }), null);
  assert.equal(worker.kind_of(SHELL, { ...asks("/terminal"), url: "https://other.test/terminal" }, ORIGIN), null);
});

test("without a network the kept page comes, without its old time of day", async () => {
  const world = a_world();
  await worker.install(SHELL, world);
  world.away = true;
  const answer = await worker.page(SHELL, asks("/terminal"), world);
  assert.match(await answer.text(), /data-build="b2" data-now="0"/);
  assert.equal(await (await worker.file(SHELL, asks(SHELL.files[0]), world)).text(), `file ${SHELL.files[0]}`);
});

test("a page of another build is neither installed nor kept", async () => {
  const world = a_world({ page: page_of("b3") });
  await assert.rejects(worker.install(SHELL, world));
  const fine = a_world();
  await worker.install(SHELL, fine);
  fine.page = page_of("b3");
  assert.match(await (await worker.page(SHELL, asks("/terminal"), fine)).text(), /b3/);
  fine.away = true;
  assert.match(await (await worker.page(SHELL, asks("/terminal"), fine)).text(), /b2/);
});

test("a proxy without a server counts as no network; a seat that was taken away takes the kept page with it", async () => {
  const world = a_world();
  await worker.install(SHELL, world);
  world.status = 502;
  assert.equal((await worker.page(SHELL, asks("/terminal"), world)).status, 200);
  world.status = 403;
  assert.equal((await worker.page(SHELL, asks("/terminal"), world)).status, 403);
  world.away = true;
  await assert.rejects(worker.page(SHELL, asks("/terminal"), world));
});

test("a new build drops what older ones kept, and a worker that is to go drops everything of ours", async () => {
  const world = a_world();
  for (const name of [`${worker.PREFIX}b1`, `${worker.PREFIX}b2`, "somebody-elses"]) await world.caches.open(name);
  await worker.drop(world.caches, `${worker.PREFIX}b2`);
  assert.deepEqual(await world.caches.keys(), [`${worker.PREFIX}b2`, "somebody-elses"]);
  await worker.drop(world.caches);
  assert.deepEqual(await world.caches.keys(), ["somebody-elses"]);
});

// ---- the place ----
test("a place is asked of the device and told to a metre, and a refusal is a refusal", async () => {
  const there = { getCurrentPosition: (found) => found({ coords: { longitude: 113.123456789, latitude: 34.7, accuracy: 12.4 } }) };
  assert.deepEqual(await place.ask(there), { place: [113.12346, 34.7], within_m: 12 });
  const refuses = (code) => ({ getCurrentPosition: (_found, failed) => failed({ code }) });
  assert.deepEqual([await place.ask(refuses(1)), await place.ask(refuses(3)), await place.ask(null)].map((one) => one.problem), ["refused", "unknown", "away"]);
  assert.equal(place.wants({ answers: [{ answer: "received", place: [1, 2] }] }), null);
  assert.equal(place.wants({ answers: [{ answer: "received" }] }).answer, "received");
});
