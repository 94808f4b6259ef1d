import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

/**
 * `npm run bundle [-- FOLDER]`: writes `dist/`, or a new folder elsewhere, to be deployed: one entry
 * file, chunks for what is loaded on demand, and a package.json whose only dependency is the
 * framework. The framework stays outside because its registry of functions lives in its module: a
 * second copy would hide ours.
 */
const FRAMEWORK = '@google-cloud/functions-framework'
const root = fileURLToPath(new URL('../', import.meta.url))
const [folder] = process.argv.slice(2)
const dist = resolve(folder ?? join(root, 'dist'))

/** Libraries in CommonJS call `require`, which an ES module does not have. */
const REQUIRE = `import { createRequire as bundledRequire } from 'node:module'
const require = bundledRequire(import.meta.url)`

/** Workers are files of their own, beside the entry; their starters name them as they are here. */
const WORKERS = [
  { name: 'policy-worker', from: 'functions', starter: /\/functions\/policy-beside\.ts$/ },
  { name: 'sqlite-writer', from: 'shared/audit/sinks', starter: /\/audit\/sinks\/sqlite\.ts$/ },
  {
    name: 'verify-worker',
    from: 'shared/console/verification',
    starter: /\/verification\/sqlite-run\.ts$/,
  },
] as const
const workerNames: Plugin = {
  name: 'workers',
  setup(bundle) {
    for (const { name, starter } of WORKERS) {
      bundle.onLoad({ filter: starter }, async ({ path }) => {
        const source = await readFile(path, 'utf8')
        const contents = source.replace(`./${name}.ts`, `./${name}.mjs`)
        if (contents === source) throw new Error(`${path} does not start ${name}.ts`)
        return { contents, loader: 'ts' }
      })
    }
  },
}

/**
 * An import of node:http makes Node read each of its exports, and one of them loads its whole client of
 * WebSockets: the costliest single thing of a start. Taken as it is, it costs nothing.
 */
const plainHttp: Plugin = {
  name: 'plain http',
  setup(bundle) {
    const contents = "module.exports = process.getBuiltinModule('node:http')"
    bundle.onResolve({ filter: /^node:http$/ }, ({ path }) => ({ path, namespace: 'builtin' }))
    bundle.onLoad({ filter: /^node:http$/, namespace: 'builtin' }, () => ({ contents }))
  },
}

// Only what this command made is cleared; a folder that is named must not be there yet.
if (folder === undefined) await rm(dist, { recursive: true, force: true })
await mkdir(dist)
const result = await build({
  absWorkingDir: root,
  entryPoints: {
    index: 'functions/index.ts',
    ...Object.fromEntries(WORKERS.map(({ name, from }) => [name, `${from}/${name}.ts`])),
  },
  plugins: [workerNames, plainHttp],
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  external: [FRAMEWORK],
  banner: { js: REQUIRE },
  minify: true,
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning',
})

// The console reads its stylesheet, script and icon from beside the entry.
await cp(join(root, 'shared/console/assets'), join(dist, 'assets'), { recursive: true })

const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
const deployed = {
  name: own.name,
  version: own.version,
  private: true,
  type: 'module',
  main: 'index.mjs',
  engines: own.engines,
  dependencies: { [FRAMEWORK]: own.dependencies[FRAMEWORK] },
}
await writeFile(join(dist, 'package.json'), `${JSON.stringify(deployed, undefined, 2)}\n`)

const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
console.log(`${dist}: ${Object.keys(result.metafile.outputs).length} files, ${bytes} bytes`)
