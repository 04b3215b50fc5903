// The end of a run as one screen of text: a table by kind of request, the totals, and each threshold's verdict.

// k6 keeps a metric by tag only where a threshold names it. These are always met: they ask for the numbers and for
// nothing else, and are left out of the verdicts.
const WATCHED = {
  http_req_duration: 'max>=0',
  llm_ttft: 'max>=0',
  llm_input_tokens: 'count>=0',
  llm_output_tokens: 'count>=0',
  llm_cost_usd: 'count>=0',
};

export const trendStats = ['avg', 'med', 'p(95)', 'p(99)', 'max', 'count'];

export function watch(kinds) {
  const thresholds = {};
  for (const kind of kinds) {
    for (const metric of Object.keys(WATCHED)) thresholds[`${metric}{kind:${kind}}`] = [WATCHED[metric]];
  }
  return thresholds;
}

// What `handleSummary` returns: the text for the terminal and, where SUMMARY names a file, all of k6's numbers.
export function summarize(title, data, kinds) {
  if (!values(data, 'iterations').count) return { stdout: '\n  Nothing was played.\n\n' };
  const seconds = data.state.testRunDurationMs / 1000;
  const sections = [
    `  ${title}: ${seconds.toFixed(1)} s`,
    table(data, kinds),
    totals(data, seconds),
    verdicts(data),
  ];
  const output = { stdout: `\n${sections.join('\n\n')}\n\n` };
  if (__ENV.SUMMARY) output[__ENV.SUMMARY] = JSON.stringify(data, null, 2);
  return output;
}

function table(data, kinds) {
  const rows = kinds.map((kind) => {
    const by = (metric) => values(data, `${metric}{kind:${kind}}`);
    const duration = by('http_req_duration');
    const ttft = by('llm_ttft');
    return [
      kind,
      String(duration.count || 0),
      time(duration, 'med'),
      time(duration, 'p(95)'),
      time(ttft, 'med'),
      time(ttft, 'p(95)'),
      String(by('llm_input_tokens').count || 0),
      String(by('llm_output_tokens').count || 0),
      dollars(by('llm_cost_usd').count),
    ];
  });
  const head = ['kind', 'requests', 'p50', 'p95', 'ttft p50', 'ttft p95', 'tokens in', 'out', 'cost'];
  return align([head, ...rows]);
}

function totals(data, seconds) {
  const requests = values(data, 'http_reqs').count || 0;
  const failed = values(data, 'http_req_failed').passes || 0; // a Rate's «passes» are the samples that were true
  const checks = values(data, 'checks');
  const tokens = values(data, 'llm_output_tokens').count || 0;
  return align([
    ['requests', `${requests} (${(requests / seconds).toFixed(1)}/s), ${failed} failed`],
    ['checks', `${checks.passes || 0} kept, ${checks.fails || 0} broken`],
    ['output tokens', `${tokens} (${(tokens / seconds).toFixed(1)}/s)`],
    ['cost', dollars(values(data, 'llm_cost_usd').count)],
  ]);
}

function verdicts(data) {
  const lines = [];
  for (const metric of Object.keys(data.metrics).sort()) {
    const { thresholds = {}, contains, values: measured } = data.metrics[metric];
    for (const condition of Object.keys(thresholds)) {
      if (Object.values(WATCHED).includes(condition)) continue;
      const stat = condition.split(/[<>=!]/)[0].trim();
      const is = contains === 'time' ? time(measured, stat) : rounded(measured[stat]);
      const seen = isMeasured(measured) ? `is ${is}` : 'never measured';
      lines.push([thresholds[condition].ok ? 'pass' : 'FAIL', metric, condition, seen]);
    }
  }
  return align(lines);
}

// A Trend counts its samples, a Rate splits them in two; k6 judges an empty one as if it were zero.
const isMeasured = ({ count, passes, fails }) => (count === undefined ? passes + fails : count) > 0;

const values = (data, metric) => (data.metrics[metric] || { values: {} }).values;

// Nothing measured is a dash: a zero would look like a very fast server.
function time(trend, stat) {
  if (!trend.count) return '–';
  const ms = trend[stat];
  return ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

const rounded = (value) => (value === undefined ? '–' : String(Number(value.toFixed(4))));

const dollars = (amount) => `$${(amount || 0).toFixed(4)}`;

function align(rows) {
  const width = [];
  for (const row of rows) row.forEach((cell, i) => (width[i] = Math.max(width[i] || 0, cell.length)));
  return rows
    .map((row) => `  ${row.map((cell, i) => cell.padEnd(width[i])).join('  ')}`.trimEnd())
    .join('\n');
}
