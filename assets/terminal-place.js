// Where an answer was given: asked of the device only when a hand asks for it, and sent as an answer of its own.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.terminalPlace = (() => {
  const PATIENCE_MS = 15000, DECIMALS = 5; // a metre; more would only look exact

  // [longitude, latitude] in WGS-84 as the device knows it, or a key of why not: refused, away, unknown.
  function ask(device = navigator.geolocation) {
    if (!device) return Promise.resolve({ problem: "away" });
    const options = { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 60000 };
    return new Promise((done) => device.getCurrentPosition(
      ({ coords }) => done({ place: [rounded(coords.longitude), rounded(coords.latitude)], within_m: Math.round(coords.accuracy) }),
      (error) => done({ problem: error.code === 1 ? "refused" : "unknown" }),
      options,
    ));
  }
  const rounded = (degrees) => Number(degrees.toFixed(DECIMALS));

  // The answer that a place can still be told of: the last one given, while the order runs.
  function wants(line) {
    const answers = (line && line.answers) || [], last = answers[answers.length - 1];
    return last && !last.place ? last : null;
  }
  return { ask, wants };
})();

if (typeof module !== "undefined") module.exports = zhongshu.terminalPlace;
