// The bell: rings until a hand is on the terminal. Browsers let a page sound only after a first touch, so it asks once.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.terminalSound = (() => {
  const BEAT_MS = 1600, LOUD = 0.5;
  const TUNES = { live: [[0, 740], [0.18, 988], [0.36, 740], [0.54, 988]], drill: [[0, 523], [0.3, 659]], calm: [[0, 523]] };
  let audio = null, beat = null, mode = "live";

  const ready = () => Boolean(audio && audio.state === "running");
  // To be called from a touch or a key: wakes the sound for good.
  async function unlock() {
    if (typeof AudioContext === "undefined") return false;
    audio = audio || new AudioContext();
    if (audio.state !== "running") await audio.resume().catch(() => {});
    return ready();
  }
  function tone(at, pitch, length) {
    const voice = audio.createOscillator(), volume = audio.createGain(), start = audio.currentTime + at;
    voice.type = "triangle";
    voice.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(LOUD, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + length);
    voice.connect(volume).connect(audio.destination);
    voice.start(start);
    voice.stop(start + length + 0.02);
  }
  function once(tune = mode) {
    if (navigator.vibrate && navigator.userActivation && navigator.userActivation.hasBeenActive) navigator.vibrate([300, 120, 300]);
    if (ready()) TUNES[tune].forEach(([at, pitch]) => tone(at, pitch, 0.17));
  }
  function ring(tune) {
    mode = tune;
    if (beat) return;
    once();
    beat = setInterval(once, BEAT_MS);
  }
  function hush() {
    clearInterval(beat);
    beat = null;
  }
  return { ready, unlock, once, ring, hush, get ringing() { return Boolean(beat); } };
})();

// The screen stays on while an order waits, where the browser can do that.
zhongshu.terminalAwake = (() => {
  let lock = null, wanted = false, asking = false;
  // One question at a time: a second lock would take the first one's place here, and the first never be released.
  async function want(yes) {
    wanted = yes;
    if (!navigator.wakeLock || document.hidden || asking) return;
    if (wanted && (!lock || lock.released)) {
      asking = true;
      lock = await navigator.wakeLock.request("screen").catch(() => null);
      asking = false;
    }
    if (!wanted && lock) { lock.release(); lock = null; }
  }
  return { want, again: () => want(wanted) };
})();

if (typeof module !== "undefined") module.exports = zhongshu.terminalSound;
