// Figures, times and names as people read them, in the language and the time zone of the city.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.format = (() => {
  const UNKNOWN = "–";
  let language = "zh-CN", zone = "UTC", clock_of = null, date_of = null;

  function use({ language: spoken, zone: there }) {
    language = spoken;
    zone = there;
    const options = { timeZone: zone, hourCycle: "h23" };
    clock_of = new Intl.DateTimeFormat("en-GB", { ...options, hour: "2-digit", minute: "2-digit", second: "2-digit" });
    date_of = new Intl.DateTimeFormat(language, { timeZone: zone, month: chinese() ? "long" : "short", day: "numeric", weekday: chinese() ? "long" : "short" });
  }
  const chinese = () => language.startsWith("zh");
  const known = (value) => value !== null && value !== undefined && !Number.isNaN(value);
  const fixed = (value, decimals) => value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

  const number = (value, decimals = 0) => (known(value) ? fixed(value, decimals) : UNKNOWN);
  const share = (value, decimals = 1) => (known(value) ? `${fixed(value * 100, decimals)}%` : UNKNOWN);
  const signed = (value, show = number) => (known(value) ? `${value < 0 ? "−" : "+"}${show(Math.abs(value))}` : UNKNOWN);
  // 63,000 as 6.3万 or 63k
  function round(value) {
    if (!known(value)) return UNKNOWN;
    const [unit, mark] = chinese() ? [10000, "万"] : [1000, "k"];
    return value < unit ? number(value) : `${Number((value / unit).toPrecision(3))}${mark}`;
  }
  // Seconds as m:ss or h:mm:ss
  function stopwatch(seconds) {
    if (!known(seconds)) return UNKNOWN;
    const s = Math.max(0, Math.floor(seconds)), two = (n) => String(n).padStart(2, "0");
    const hours = Math.floor(s / 3600), minutes = Math.floor(s / 60) % 60;
    return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
  }
  const clock = (ms) => (known(ms) ? clock_of.format(ms) : UNKNOWN);
  const hour_minute = (ms) => clock(ms).slice(0, 5);
  function date(ms) {
    const part = Object.fromEntries(date_of.formatToParts(ms).map(({ type, value }) => [type, value]));
    return chinese() ? date_of.format(ms).replace(part.weekday, ` ${part.weekday}`).replace(/\s+/g, " ") : `${part.weekday} ${part.day} ${part.month}`;
  }
  function day(ms) {
    const part = Object.fromEntries(date_of.formatToParts(ms).map(({ type, value }) => [type, value]));
    return chinese() ? `${part.month.replace(/月$/, "")}月${part.day}日` : `${part.day} ${part.month}`;
  }
  const minutes = (ms) => Math.max(0, Math.floor(ms / 60000));
  // A name of the city's facts is [Chinese, English]; a city may have one only.
  const name = (pair) => (pair ? (chinese() ? pair[0] || pair[1] : pair[1] || pair[0]) : "");

  return { use, chinese, number, share, signed, round, stopwatch, clock, hour_minute, date, day, minutes, name, known, UNKNOWN };
})();

if (typeof module !== "undefined") module.exports = zhongshu.format;
