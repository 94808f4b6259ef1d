import type { SyntaxNode } from '../../cel/compile.ts'

/** One spelling for each expression, so that equal ones can be told: `assertion['a']` is `assertion.a`. */
export function spell(node: SyntaxNode): string {
  switch (node.kind) {
    case 'const':
      return spellConstant(node.value)
    case 'ident':
      return node.name
    case 'select':
      return `${spell(node.operand)}.${node.field}`
    case 'has':
      return `has(${spell(node.operand)}.${node.field})`
    case 'call': {
      const target = node.target === undefined ? '' : `${spell(node.target)}.`
      return `${target}${node.name}(${node.args.map(spell).join(', ')})`
    }
    case 'operator':
      return spellOperator(node.name, node.args)
    case 'list':
      return `[${node.elements.map(spell).join(', ')}]`
    case 'map':
      return `{${node.entries.map(({ key, value }) => `${spell(key)}: ${spell(value)}`).join(', ')}}`
    case 'macro':
      return `${spell(node.range)}.${node.name}(${node.variable}, ${node.body.map(spell).join(', ')})`
  }
}

function spellOperator(name: string, args: readonly SyntaxNode[]): string {
  const [container, key] = args
  if (name === '[]' && container && key?.kind === 'const' && key.type === 'string')
    return `${spell(container)}.${key.value}`
  return `${name}(${args.map(spell).join(', ')})`
}

function spellConstant(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return `b'${Buffer.from(value).toString('base64')}'`
  return JSON.stringify(value)
}
