import { lookups } from "../activity-proxies.js";

/** The maximum cost that a resume has set. Workers read it from the folder of the running stage. */
export class MaxCost {
  #dollars: number | undefined;
  #directory: string | undefined;
  #change = 0;

  async set(dollars: number): Promise<void> {
    this.#dollars = dollars;
    this.#change += 1;
    await this.#write();
  }

  /** @param directory state folder of the stage that starts */
  async begin(directory: string): Promise<void> {
    this.#directory = directory;
    await this.#write();
  }

  async #write(): Promise<void> {
    const [directory, maxCost] = [this.#directory, this.#dollars];
    if (directory === undefined || maxCost === undefined) return;
    await lookups().setMaxCost({ directory, maxCost, change: this.#change });
  }
}
