import { defineConfig } from 'vitest/config'

const conditions = ['novakit-source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/**/*.test.ts', 'tools/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    execArgv: ['--conditions=novakit-source'],
  },
})
