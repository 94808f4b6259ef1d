import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import { keycloak } from './keycloak.ts'
import { kubernetes } from './kubernetes.ts'
import type { Shape } from './shape.ts'

/** A token with a subject and nothing else of its own. */
const plain: Shape = {
  lifetime: 300,
  audience: 'https://bureau.example.com',
  claims: (_given, id) => ({ jti: id, sub: 'workload' }),
}

/** The ready-made shapes of tokens, by name. */
export const SHAPES = { plain, github, gitlab, kubernetes, keycloak } as const

/** The name of a shape. */
export type ShapeName = keyof typeof SHAPES

/** Every name, in the order of the documents. */
export const SHAPE_NAMES = Object.keys(SHAPES) as readonly ShapeName[]
