import type { Comparison } from '../study/compare.ts'
import { element, escaped } from '../plot/svg.ts'
import { charts, type Chart } from './charts.ts'
import { figureTables, type FigureRow, type FigureTable } from './figures.ts'
import { pageStyle } from './page-style.ts'
import { short } from './text.ts'

/**
 * The comparison as one HTML file: no scripts, nothing loaded from elsewhere, in light and dark.
 * @param at when it was made, as ISO 8601
 */
export function pageReport(comparison: Comparison, at: string): string {
  const { workload, about } = comparison
  const title = `${workload}: ${comparison.policies.length} policies`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(about)}</p>
<p class="faint">${escaped(setUp(comparison, at))}</p>
${table(figureTables(comparison), comparison)}
<div class="charts">
${charts(comparison).map(figure).join('\n')}
</div>
</body>
</html>
`
}

function setUp({ origin, hosts, seeds, focus, runs }: Comparison, at: string): string {
  const requests = runs[0]?.[0]?.requests ?? 0
  const times = seeds.length === 1 ? 'one seed' : `${seeds.length} seeds`
  return `${origin}; ${hosts} hosts, ${requests} requests in the first run, ${times}; measured by ${focus}. Made ${at}.`
}

function table(tables: readonly FigureTable[], { policies, seeds }: Comparison): string {
  const head = tables.map(({ name, unit }) => `<th>${escaped(unit === '' ? name : `${name}, ${unit}`)}</th>`).join('')
  const rows = policies.map((policy, at) => {
    const cells = tables.map(({ rows: all }) => cell(all[at] as FigureRow)).join('')
    return `<tr><td>${escaped(policy)}</td>${cells}</tr>`
  })
  const note =
    seeds.length === 1
      ? 'One seed says nothing of chance: no intervals.'
      : `Mean and half the 95 % confidence interval over the seeds. Green and red: better and worse than ${policies[0] ?? ''} under the same seeds, with an interval of the differences that leaves 0 out. Bands in the plots are the same intervals, cut at the frame.`
  return `<div class="scroll"><table><thead><tr><th>policy</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div><p class="note">${escaped(note)}</p>`
}

function cell({ value, verdict }: FigureRow): string {
  const margin = value.margin === null ? '' : ` <small>±${short(value.margin)}</small>`
  return `<td${verdict === null ? '' : ` class="${verdict}"`}>${short(value.mean)}${margin}</td>`
}

function figure({ title, note, legend, drawing, filled = false }: Chart): string {
  const keys = legend.map(
    ({ name, colour }) => `<li><span class="${filled ? 'box' : 'key'} c${colour}"></span>${escaped(name)}</li>`,
  )
  const list = keys.length === 0 ? '' : element('ul', { class: 'legend' }, ...keys)
  return `<figure><h2>${escaped(title)}</h2><p class="note">${escaped(note)}</p>${list}${drawing}</figure>`
}
