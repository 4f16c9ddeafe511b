// The tones with which a grave order takes the wall: switched on and off by hand, and a wall that may not sound says so.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.wallSound = (() => {
  const P = () => zhongshu.parts, MEMORY = "zhongshu-wall-sound", LOUD = 0.25, TONES = { live: [[0, 660], [0.22, 880]], drill: [[0, 523], [0.3, 523]] };
  let audio = null, wanted = true, played = 0;

  const allowed = () => Boolean(audio && audio.state === "running");
  // on; off by a hand; mute: wanted, but the browser waits for a hand before it lets the page sound.
  const state = () => (!wanted ? "off" : allowed() ? "on" : "mute");

  function paint() {
    const holder = P().at("wall-sound"), now = state();
    if (!holder) return;
    P().dress(holder, now === "mute" ? "watch" : "");
    P().put(holder, zhongshu.text(`wall.sound_${now}`));
    holder.setAttribute("aria-label", `${holder.title} ${zhongshu.text(`wall.sound_${now}`)}`);
    holder.setAttribute("aria-pressed", String(now === "on"));
  }
  // A hand on the switch: what was not allowed becomes allowed, what sounds is turned off, what is off is turned on.
  async function press() {
    wanted = state() !== "on";
    try { localStorage.setItem(MEMORY, wanted ? "on" : "off"); } catch { /* only until the page closes */ }
    await wake();
  }
  async function wake() {
    if (typeof AudioContext !== "undefined" && wanted && audio && audio.state === "suspended") await audio.resume().catch(() => {});
    paint();
  }
  function once(mode) {
    paint();
    if (state() !== "on") return;
    played += 1;
    for (const [at, pitch] of TONES[mode] || TONES.live) {
      const tone = audio.createOscillator(), volume = audio.createGain(), start = audio.currentTime + at;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(LOUD, start + 0.03);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.2);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.22);
    }
  }
  function start() {
    try { wanted = localStorage.getItem(MEMORY) !== "off"; } catch { /* as if nobody had said anything */ }
    if (typeof AudioContext !== "undefined") audio = new AudioContext();
    if (audio) audio.addEventListener("statechange", paint);
    P().at("wall-sound").addEventListener("click", press);
    paint();
  }

  return { start, once, get state() { return state(); }, get played() { return played; } };
})();

if (typeof module !== "undefined") module.exports = zhongshu.wallSound;
