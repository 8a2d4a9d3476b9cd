/** Ten colours that stay apart for the colour-blind too, on white and on black. */
const LIGHT = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#8c6d00',
  '#56b4e9',
  '#7f3c8d',
  '#5a5a5a',
  '#b01030',
  '#3b7d00',
]
const DARK = [
  '#4ba3e3',
  '#ff8c42',
  '#2fd0a0',
  '#e9a6cf',
  '#e0c040',
  '#8fd0ff',
  '#c48be0',
  '#b8b8b8',
  '#ff7088',
  '#8fd060',
]

export const COLOURS = LIGHT.length

const variables = (colours: readonly string[]): string => colours.map((colour, at) => `--c${at}:${colour};`).join('')

export const pageStyle = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--faint:#5b6470;--line:#e3e6ea;--good:#00713c;--bad:#b01030;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e8eaed;--faint:#a0a8b3;--line:#2c3239;--good:#4fd08c;--bad:#ff7088;${variables(DARK)}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1560px;padding:32px 24px;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:28px;line-height:1.2;margin:0 0 8px}
h2{font-size:18px;margin:0 0 4px}
p{margin:0 0 12px;max-width:80ch}
.faint,.note{color:var(--faint)}
.note{font-size:14px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,560px),1fr));gap:40px 48px;margin-top:40px}
figure{margin:0}
svg{display:block;width:100%;height:auto;font:12px system-ui,sans-serif}
svg text{fill:var(--ink)}
.tick{font-variant-numeric:tabular-nums}
.label{fill:var(--faint)!important;font-size:13px}
.grid{stroke:var(--line)}.axis{stroke:var(--faint)}.zero{stroke:var(--ink);stroke-dasharray:3 3}
.curve{fill:none;stroke-width:2;stroke-linejoin:round}
.band{opacity:.12;stroke:none}.dot,.part{stroke:none}
${LIGHT.map((_, at) => `.curve.c${at}{stroke:var(--c${at})}.band.c${at},.dot.c${at},.part.c${at}{fill:var(--c${at})}.key.c${at},.box.c${at}{background:var(--c${at})}`).join('\n')}
${[5, 6, 7, 8, 9].map((at) => `.curve.c${at}{stroke-dasharray:7 3}.key.c${at}{background:repeating-linear-gradient(90deg,var(--c${at}) 0 7px,transparent 7px 10px)}`).join('\n')}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;margin:4px 0 8px;padding:0;list-style:none;font-size:14px}
.key{display:inline-block;width:17px;height:4px;margin-right:6px;vertical-align:middle}
.box{display:inline-block;width:12px;height:12px;margin-right:6px;vertical-align:-1px}
.scroll{overflow-x:auto;margin-top:24px}
table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:6px 12px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th{font-weight:600;white-space:normal;vertical-align:bottom}
th:first-child,td:first-child{text-align:left}
.better{color:var(--good)}.worse{color:var(--bad)}
small{color:var(--faint)}
`
