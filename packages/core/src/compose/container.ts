import type { DependencyContainer } from 'tsyringe'

/** A name under which one thing of a cloud is found. */
export interface Token<T> {
  readonly key: symbol
  readonly type?: T
}

export function token<T>(name: string): Token<T> {
  return { key: Symbol.for(`novakit:${name}`) }
}

/** The parts of one cloud, each made when it is first asked for. A child of nothing: two clouds share nothing. */
export interface Container {
  provide<T>(token: Token<T>, make: (container: Container) => T): void
  get<T>(token: Token<T>): T
  /** For host apps that use tsyringe themselves. */
  readonly raw: DependencyContainer
}

/** Loads tsyringe, and the polyfill that it asks for, when the first cloud is made: importing this has no effect. */
export async function newContainer(): Promise<Container> {
  await import('reflect-metadata/lite')
  const { container: root, instanceCachingFactory } = await import('tsyringe')
  const raw = root.createChildContainer()
  const container: Container = {
    raw,
    provide: (name, make) => {
      raw.register(name.key, { useFactory: instanceCachingFactory(() => make(container)) })
    },
    get: <T>(name: Token<T>) => raw.resolve<T>(name.key),
  }
  return container
}
