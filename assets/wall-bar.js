// The wall's top bar: clock, date, the link's state with the age of the last tick, the demo's mark, the scenes.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.bar = (() => {
  const APART_MS = 60_000; // city time that far from real time is said to be the demo's
  function clock() {
    const { parts, live, format } = zhongshu, ms = live.city_ms(), known = live.state.vitals; // before the first tick the city's time is not known
    parts.put(parts.at("wall-clock"), known ? format.clock(ms) : "");
    parts.put(parts.at("wall-date"), known ? format.date(ms) : "");
  }

  function link() {
    const { parts, live, format, text } = zhongshu, holder = parts.at("wall-link"), state = live.state.link;
    parts.dress(holder, `link ${state.state}`);
    if (holder.dataset.state !== state.state) {
      holder.dataset.state = state.state;
      holder.replaceChildren(...(state.state === "lost" ? [parts.mark("watch"), parts.make("b", "watch", text("live.lost")), parts.make("span")] : [parts.make("span", "dot"), parts.make("span")]));
    }
    parts.put(holder.lastChild, words(state, live, format, text));
  }
  function words(state, live, format, text) {
    if (state.problem === "bye") return text("live.bye");
    if (state.state === "lost") return text("live.since", { time: format.clock(live.to_city_ms(state.since)) });
    if (state.state === "connecting") return text("live.connecting");
    return text("live.live", { seconds: (Math.min(live.tick_age_ms(), 9900) / 1000).toFixed(1) });
  }

  function demo() {
    const { parts, live, format } = zhongshu, vitals = live.state.vitals, holder = parts.at("wall-demo");
    const speed = vitals && vitals.speed !== 1 ? `${format.number(vitals.speed, Number.isInteger(vitals.speed) ? 0 : 1)}×` : "";
    parts.put(holder.querySelector(".speed"), speed);
    parts.show(holder, speed || holder.querySelector("strong"));
    parts.show(parts.at("wall-demo-time"), holder.querySelector("strong") && vitals && Math.abs(Date.parse(vitals.at) - Date.parse(vitals.real_at)) > APART_MS);
  }

  // `reach` is how much of the scene's time has passed, 0 to 1.
  function scenes({ scene, locked, reach, available }) {
    const { parts } = zhongshu;
    for (const tab of parts.at("wall-scenes").children) {
      const on = tab.dataset.scene === scene;
      parts.dress(tab, on ? (locked ? "on locked" : "on") : "");
      parts.show(tab, available.includes(tab.dataset.scene));
      if (on) tab.setAttribute("aria-current", "true"); else tab.removeAttribute("aria-current");
      parts.style(tab.lastChild, "--reach", on ? `${Math.round((locked ? 1 : reach) * 100)}%` : "0%");
    }
    parts.show(parts.at("wall-lock"), locked);
  }

  function start() {
    setInterval(() => { clock(); link(); }, 200);
    clock();
    link();
  }

  return { start, paint: () => { clock(); link(); demo(); }, scenes };
})();

if (typeof module !== "undefined") module.exports = zhongshu.bar;
