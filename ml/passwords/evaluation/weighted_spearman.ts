/** The measure of Golla and Dürmuth, CCS 2018: how far two orders agree, each row weighing as much as people chose it. */

/** Weighted mid-ranks, then a weighted Pearson correlation (wCorr's "spearman"). -1 to 1; NaN where nothing varies. */
export function weightedSpearman(a: number[], b: number[], weights: number[]): number {
  return weightedPearson(weightedRanks(a, weights), weightedRanks(b, weights), weights);
}

function weightedRanks(values: number[], weights: number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j]);
  const ranks = new Array<number>(values.length);
  let before = 0;
  for (let i = 0; i < order.length;) {
    let end = i;
    let weight = 0;
    while (end < order.length && values[order[end]] === values[order[i]]) weight += weights[order[end++]];
    for (; i < end; i++) ranks[order[i]] = before + weight / 2;
    before += weight;
  }
  return ranks;
}

function weightedPearson(a: number[], b: number[], weights: number[]): number {
  const sum = (of: (i: number) => number) => weights.reduce((all, weight, i) => all + weight * of(i), 0);
  const all = sum(() => 1);
  const [mean_a, mean_b] = [sum((i) => a[i]) / all, sum((i) => b[i]) / all];
  const covariance = sum((i) => (a[i] - mean_a) * (b[i] - mean_b));
  return covariance / Math.sqrt(sum((i) => (a[i] - mean_a) ** 2) * sum((i) => (b[i] - mean_b) ** 2));
}
