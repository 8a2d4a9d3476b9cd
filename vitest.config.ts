import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { countsReporter } from './tools/counts-reporter.ts'

const conditions = ['novakit-source']

/** Runs of minutes and hours are in files `*.long.test.ts`; `npm run long` takes them in. */
const long = process.env['NOVAKIT_LONG'] === '1'

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/**/*.test.ts', 'bench/**/*.test.ts', 'tools/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/dist/**', ...(long ? [] : ['**/*.long.test.ts'])],
    reporters: ['default', countsReporter()],
    pool: 'forks',
    // Many tests wait for other processes: on two processors two files at a time.
    maxWorkers: availableParallelism(),
    globalSetup: ['tools/servers/vitest-setup.ts'],
    execArgv: ['--conditions=novakit-source'],
    testTimeout: long ? 3_600_000 : 30_000,
  },
})
