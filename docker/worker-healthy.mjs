// Exits with 0 while a worker of this container lives: workers leave a file with their pid in
// OSTINATO_HOME.
import { liveWorkers } from "../dist/src/local-server/worker/worker-files.js";

process.exitCode = liveWorkers(process.env).length > 0 ? 0 : 1;
