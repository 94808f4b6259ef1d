import { Agent, request, type IncomingHttpHeaders } from 'node:http'

/** One answer, read whole. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** One request, written as it stands. */
export interface HttpRequest {
  /** `POST` by default. */
  readonly method?: string
  /** `/v1/token` by default. */
  readonly path?: string
  /** A form's content type by default. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Gives up: the connection is cut. */
  readonly signal?: AbortSignal
}

/** A client that keeps its connections. */
export interface HttpClient {
  readonly send: (sent: HttpRequest) => Promise<HttpAnswer>
  /** The parameters of a form. */
  readonly post: (
    parameters: Readonly<Record<string, string>>,
    options?: HttpRequest,
  ) => Promise<HttpAnswer>
  readonly close: () => void
}

/** A client of the server at `http://127.0.0.1:PORT`. */
export function httpClient(port: number, maxSockets = 32): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets })
  const send = ({
    method = 'POST',
    path = '/v1/token',
    headers = { 'content-type': 'application/x-www-form-urlencoded' },
    body = '',
    signal,
  }: HttpRequest): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const bytes = Buffer.from(body)
      const sent = request(
        {
          agent,
          host: '127.0.0.1',
          port,
          method,
          path,
          headers: { 'content-length': String(bytes.length), ...headers },
          ...(signal === undefined ? {} : { signal }),
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString('utf8'),
            }),
          )
        },
      )
      sent.on('error', reject)
      sent.end(bytes)
    })
  return {
    send,
    post: (parameters, options = {}) =>
      send({ ...options, body: new URLSearchParams(parameters).toString() }),
    close: () => agent.destroy(),
  }
}
