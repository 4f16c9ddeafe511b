// The terminal's service worker: keeps the page and its files, so that they show without a network. Nothing else: what
// the centre answers to questions is never kept. The server puts `shell` ({build, page, files, icons}; null: be gone) before it.
(function (root) {
  const PREFIX = "zhongshu-terminal-", PATIENCE_MS = 6000, AWAY = [502, 503, 504], REFUSED = [401, 403];

  const name_of = (shell) => `${PREFIX}${shell.build}`;
  const is_of = (shell, text) => text.includes(`data-build="${shell.build}"`);

  // What a request is to us: "page", "file", or null: none of our business.
  function kind_of(shell, { method, mode, url }, origin) {
    const asked = new URL(url);
    if (method !== "GET" || asked.origin !== origin) return null;
    if (mode === "navigate") return asked.pathname.replace(/\/$/, "") === shell.page ? "page" : null;
    return [...shell.files, ...shell.icons].includes(asked.pathname + asked.search) ? "file" : null;
  }

  // All of a build or nothing: page and files that do not fit each other are worse than none.
  async function install(shell, { caches, fetch }) {
    const cache = await caches.open(name_of(shell)), page = await fetch(shell.page, { credentials: "same-origin", cache: "no-store" });
    const text = page.ok && !page.redirected ? await page.clone().text() : "";
    if (!is_of(shell, text)) throw new Error("the page is of another build, or not to be had");
    await cache.addAll([...shell.files, ...shell.icons]);
    await cache.put(shell.page, page);
  }
  async function drop(caches, except = "") {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== except).map((name) => caches.delete(name)));
  }

  // ---- the page: from the network while there is one, else the kept one, which is told that it is ----
  async function page(shell, request, { caches, fetch, after }) {
    const answer = await in_time(fetch(request), after).catch(() => null);
    if (!answer || AWAY.includes(answer.status)) return (await kept(shell, caches)) || answer || fetch(request);
    const cache = await caches.open(name_of(shell));
    if (REFUSED.includes(answer.status)) await cache.delete(shell.page);
    if (answer.ok && is_of(shell, await answer.clone().text())) await cache.put(shell.page, answer.clone());
    return answer;
  }
  function in_time(promise, after) {
    return Promise.race([promise, new Promise((_done, fail) => after(() => fail(new Error("no answer in time")), PATIENCE_MS))]);
  }
  async function kept(shell, caches) {
    const found = await (await caches.open(name_of(shell))).match(shell.page);
    if (!found) return null;
    const text = await found.text(); // its time of day is as old as itself
    return new Response(text.replace(/data-now="\d+"/, 'data-now="0"'), { status: 200, headers: found.headers });
  }
  async function file(shell, request, { caches, fetch }) {
    const found = await (await caches.open(name_of(shell))).match(request);
    return found || fetch(request);
  }

  function listen(shell) {
    const means = { caches: root.caches, fetch: root.fetch.bind(root), after: root.setTimeout.bind(root) };
    root.addEventListener("install", (event) => event.waitUntil((shell ? install(shell, means) : Promise.resolve()).then(() => root.skipWaiting())));
    root.addEventListener("activate", (event) => event.waitUntil(drop(root.caches, shell ? name_of(shell) : "").then(() => (shell ? root.clients.claim() : root.registration.unregister()))));
    if (shell) root.addEventListener("fetch", (event) => {
      const kind = kind_of(shell, event.request, root.location.origin);
      if (kind) event.respondWith((kind === "page" ? page : file)(shell, event.request, means));
    });
  }

  if (root.registration) listen(root.shell);
  if (typeof module !== "undefined") module.exports = { kind_of, install, drop, page, file, PREFIX };
})(globalThis);
