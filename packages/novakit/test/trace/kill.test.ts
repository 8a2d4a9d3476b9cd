import { describeKills } from '../support/trace/kill-suite.ts'

describeKills({ seed: 'a handful', kills: 4, hosts: 0.03, requests: 60 })
