import { once } from "node:events";
import { connect, constants, createServer } from "node:http2";
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";

/** A server on loopback that passes gRPC calls on and records their methods. */
export interface GrpcRecorder {
  readonly address: string;
  /** Names of the called methods, such as `QueryWorkflow`, in order. */
  readonly methods: readonly string[];
  readonly close: () => Promise<void>;
}

/** @param port port of the gRPC server on this machine that gets the calls */
export async function startGrpcRecorder(port: number): Promise<GrpcRecorder> {
  const methods: string[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const onward = connect(`http://127.0.0.1:${port}`).on("error", () => undefined);
  const server = createServer();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session)).on("error", () => undefined);
  });
  server.on("stream", (stream, headers) => {
    methods.push(headers[":path"]?.split("/").at(-1) ?? "");
    passOn(stream, onward.request({ ...headers, ":authority": `127.0.0.1:${port}` }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on TCP has an address and port.
  const { port: own } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${own}`,
    methods,
    close: async () => {
      for (const session of sessions) session.destroy();
      onward.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

type OnwardCall = ReturnType<ReturnType<typeof connect>["request"]>;

/** gRPC's status is in the trailers, or in the headers of an answer without a body. */
function passOn(stream: ServerHttp2Stream, call: OnwardCall): void {
  let trailers: IncomingHttpHeaders = {};
  call.on("trailers", (received: IncomingHttpHeaders) => {
    trailers = received;
  });
  call.on("response", (headers, flags) => {
    if (stream.destroyed) return;
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) {
      stream.respond(headers, { endStream: true });
      return;
    }
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.respond(headers, { waitForTrailers: true });
    call.pipe(stream);
  });
  call.on("error", () => stream.close(constants.NGHTTP2_CANCEL));
  stream.on("error", () => undefined).on("close", () => call.close());
  stream.pipe(call);
}
