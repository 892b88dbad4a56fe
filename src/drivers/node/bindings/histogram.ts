/**
 * Histograms of `perf_hooks`: values by count, as HdrHistogram keeps them: to a number of significant figures, between
 * a lowest and a highest value.
 */
import { cloning } from "../guest/cloned-handles.js";
import type { Binding, Guest } from "../guest/guest.js";

type Amount = number | bigint;

/** What a histogram without values says its minimum is. */
const NO_MINIMUM = 9223372036854776000;
const NO_MINIMUM_BIGINT = 2n ** 63n - 1n;

/** As many kinds of values as HdrHistogram would have places for at most, about. */
const SLOTS_MAX = 100_000;

/** With fewer values Node's says 0. */
const KURTOSIS_COUNT_MIN = 4;

type Totals = Pick<Values, "count" | "exceeds" | "min" | "max">;
type Description = [
  highest: number,
  figures: number,
  counts: (readonly [bucket: number, times: number])[],
  totals: Totals,
];

class Values {
  readonly #highest: number;
  readonly #figures: number;
  readonly #unit: number;
  readonly #counts = new Map<number, number>();
  count = 0;
  exceeds = 0;
  min = NO_MINIMUM;
  max = 0;

  constructor(highest: Amount, figures: number) {
    this.#highest = Number(highest);
    this.#figures = figures;
    this.#unit = 2 ** Math.ceil(Math.log2(2 * 10 ** figures));
  }

  /** How many values share the bucket of one: as few as the figures ask for. */
  #width(value: number): number {
    let width = 1;
    while (value / width >= this.#unit) width *= 2;
    return width;
  }

  #bucket(value: number): number {
    const width = this.#width(value);
    return Math.floor(value / width) * width;
  }

  /** The value in the midst of a bucket, by which means are made. */
  #middle(bucket: number): number {
    return bucket + Math.floor(this.#width(bucket) / 2);
  }

  /** The highest value of the largest one's bucket. */
  get highest(): number {
    return this.count === 0 ? 0 : this.#last(this.#bucket(this.max));
  }

  #last(bucket: number): number {
    return bucket + this.#width(bucket) - 1;
  }

  record(value: number, times = 1): void {
    const bucket = this.#bucket(value);
    const isNew = !this.#counts.has(bucket);
    if (value > this.#highest || (isNew && this.#counts.size >= SLOTS_MAX)) {
      this.exceeds += times;
      return;
    }
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + times);
    this.count += times;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
  }

  add(other: Values): void {
    for (const [value, times] of other.#counts) this.record(value, times);
    this.exceeds += other.exceeds;
  }

  /** All of it, to be sent. */
  describe(): Description {
    const { count, exceeds, min, max } = this;
    return [this.#highest, this.#figures, [...this.#counts], { count, exceeds, min, max }];
  }

  static of([highest, figures, counts, totals]: Description): Values {
    const values = new Values(highest, figures);
    for (const [bucket, times] of counts) values.#counts.set(bucket, times);
    return Object.assign(values, totals);
  }

  reset(): void {
    this.#counts.clear();
    this.count = 0;
    this.exceeds = 0;
    this.min = NO_MINIMUM;
    this.max = 0;
  }

  get mean(): number {
    if (this.count === 0) return Number.NaN;
    let sum = 0;
    for (const [value, times] of this.#counts) sum += this.#middle(value) * times;
    return sum / this.count;
  }

  get deviation(): number {
    return Math.sqrt(this.#moment(2));
  }

  /** How lopsided the values are; 0 when they are alike. */
  get skewness(): number {
    return this.deviation === 0 ? 0 : this.#moment(3) / this.deviation ** 3;
  }

  /** How heavy their tails are beside a normal distribution's. */
  get kurtosis(): number {
    return this.count < KURTOSIS_COUNT_MIN || this.deviation === 0
      ? 0
      : this.#fourthMoment() / (this.#moment(2) * this.#moment(2)) - 3;
  }

  /** Squares of squares: as exact as Node's. */
  #fourthMoment(): number {
    const { mean } = this;
    let sum = 0;
    for (const [value, times] of this.#counts) {
      const square = (this.#middle(value) - mean) ** 2;
      sum += square * square * times;
    }
    return sum / this.count;
  }

  /** The mean of the distances from the mean, raised to a power. */
  #moment(power: number): number {
    if (this.count === 0) return Number.NaN;
    const { mean } = this;
    let sum = 0;
    for (const [value, times] of this.#counts) sum += (this.#middle(value) - mean) ** power * times;
    return sum / this.count;
  }

  percentile(percent: number): number {
    const wanted = Math.max(1, Math.ceil((percent / 100) * this.count));
    let seen = 0;
    for (const [value, times] of this.#sorted()) {
      seen += times;
      if (seen >= wanted) return this.#last(value);
    }
    return 0;
  }

  /** Percentiles in steps that halve the rest, as HdrHistogram's iterator goes. */
  percentiles(): [percent: number, value: number][] {
    const steps: [number, number][] = [];
    if (this.count === 0) return [[100, 0]];
    for (let percent = 0, rest = 100; percent < 100 && rest > 100 / this.count / 2; rest /= 2) {
      steps.push([percent, this.#bucket(this.percentile(percent))]);
      percent += rest / 2;
    }
    steps.push([100, this.#bucket(this.max)]);
    return steps;
  }

  #sorted(): [number, number][] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }
}

/** The classes that `performance` has of them. */
export function histogramClasses(guest: Guest): Binding {
  const makeCloneable = cloning<Histogram, Description>(guest, "performance", "Histogram", {
    describe: (histogram) => histogram.describe(),
    revive: (data) => Histogram.of(data),
  });

  class Histogram extends guest.native.HostObject {
    #values: Values;
    #lastAt = 0;

    constructor(_lowest: Amount = 1, highest: Amount = Number.MAX_SAFE_INTEGER, figures = 3) {
      super();
      this.#values = new Values(highest, figures);
      makeCloneable(this);
    }

    describe(): Description {
      return this.#values.describe();
    }

    static of(data: Description): Histogram {
      const histogram = new Histogram();
      histogram.#values = Values.of(data);
      return histogram;
    }

    record(value: Amount): void {
      this.#values.record(Number(value));
    }
    recordDelta(): void {
      const now = guest.hooks.now() * 1e6;
      if (this.#lastAt > 0) this.#values.record(Math.max(1, Math.round(now - this.#lastAt)));
      this.#lastAt = now;
    }
    add(other: Histogram): void {
      this.#values.add(other.#values);
    }
    reset(): void {
      this.#values.reset();
    }
    count(): number {
      return this.#values.count;
    }
    countBigInt(): bigint {
      return BigInt(this.#values.count);
    }
    min(): number {
      return this.#values.min;
    }
    minBigInt(): bigint {
      return this.#values.count === 0 ? NO_MINIMUM_BIGINT : BigInt(this.#values.min);
    }
    max(): number {
      return this.#values.highest;
    }
    maxBigInt(): bigint {
      return BigInt(this.#values.highest);
    }
    mean(): number {
      return this.#values.mean;
    }
    stddev(): number {
      return this.#values.deviation;
    }
    skewness(): number {
      return this.#values.skewness;
    }
    kurtosis(): number {
      return this.#values.kurtosis;
    }
    // Moving averages are kept by histograms that are asked to, which these are not.
    ewmaMean(): number {
      return 0;
    }
    ewmaStddev(): number {
      return 0;
    }
    ewmaErrorRate(): number {
      return 0;
    }
    exceeds(): number {
      return this.#values.exceeds;
    }
    exceedsBigInt(): bigint {
      return BigInt(this.#values.exceeds);
    }
    percentile(percent: number): number {
      return this.#values.percentile(percent);
    }
    percentileBigInt(percent: number): bigint {
      return BigInt(this.#values.percentile(percent));
    }
    percentiles(into: Map<number, number>): void {
      for (const [percent, value] of this.#values.percentiles()) into.set(percent, value);
    }
    percentilesBigInt(into: Map<number, bigint>): void {
      for (const [percent, value] of this.#values.percentiles()) into.set(percent, BigInt(value));
    }
  }

  interface Timers {
    setInterval(callback: () => void, ms: number): { unref(): void };
    clearInterval(timer: unknown): void;
  }

  /** Of the event loop's delay: how late a timer of `resolution` ms comes. */
  class IntervalHistogram extends Histogram {
    readonly #resolution: number;
    #timer: { unref(): void } | null = null;

    constructor(resolution: number) {
      super();
      this.#resolution = resolution;
    }

    start(): void {
      if (this.#timer) return;
      let last = guest.hooks.now();
      const timers = guest.require("timers") as Timers;
      this.#timer = timers.setInterval(() => {
        const now = guest.hooks.now();
        this.record(Math.max(1, Math.round((now - last) * 1e6)));
        last = now;
      }, this.#resolution);
      this.#timer.unref();
    }

    stop(): void {
      if (this.#timer) (guest.require("timers") as Timers).clearInterval(this.#timer);
      this.#timer = null;
    }
  }
  return {
    Histogram,
    createELDHistogram: (resolution: number) => new IntervalHistogram(resolution),
  };
}
