import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const named = z.object({ name: z.string() });
const configMap = z.object({ kind: z.literal("ConfigMap"), metadata: named });
const volumeClaim = z.object({
  kind: z.literal("PersistentVolumeClaim"),
  metadata: named,
  spec: z.object({ accessModes: z.tuple([z.string()]) }),
});
const deployment = z.object({
  kind: z.literal("Deployment"),
  metadata: named,
  spec: z.object({
    replicas: z.number().int(),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.object({
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.object({ runAsNonRoot: z.literal(true) }),
        containers: z.tuple([
          z.object({
            image: z.string(),
            envFrom: z.tuple([z.object({ configMapRef: named }), z.object({ secretRef: named })]),
            volumeMounts: z.tuple([z.object({ name: z.string(), mountPath: z.string() })]),
            livenessProbe: z.object({ exec: z.object({ command: z.array(z.string()) }) }),
          }),
        ]),
        volumes: z.tuple([
          z.object({
            name: z.string(),
            persistentVolumeClaim: z.object({ claimName: z.string() }),
          }),
        ]),
      }),
    }),
  }),
});

const text = read("docker/kubernetes.yaml");
const documents = parseAllDocuments(text).map((document) => document.toJS() as unknown);
const settings = configMap.extend({ data: z.record(z.string(), z.string()) }).parse(documents[0]);
const claim = volumeClaim.parse(documents[1]);
const worker = deployment.parse(documents[2]);
const pod = worker.spec.template.spec;
const [container] = pod.containers;

describe("docker/kubernetes.yaml", () => {
  it("has settings, a volume and workers", () => {
    expect(documents).toHaveLength(3);
    expect(worker.spec.selector.matchLabels).toEqual(worker.spec.template.metadata.labels);
  });

  it("serves the data folder on the volume, which several workers may write to", () => {
    expect(container.volumeMounts[0].mountPath).toBe(settings.data["OSTINATO_DATA_FOLDER"]);
    expect(container.volumeMounts[0].name).toBe(pod.volumes[0].name);
    expect(pod.volumes[0].persistentVolumeClaim.claimName).toBe(claim.metadata.name);
    expect(claim.spec.accessModes).toEqual(worker.spec.replicas > 1 ? ["ReadWriteMany"] : [""]);
  });

  it("takes settings from its map and keys from a secret that its comment makes", () => {
    const [map, secret] = container.envFrom;
    expect(map.configMapRef.name).toBe(settings.metadata.name);
    expect(text).toContain(`kubectl create secret generic ${secret.secretRef.name} `);
    for (const name of Object.keys(settings.data)) expect(name).not.toMatch(/KEY|TOKEN|PASSWORD/);
  });

  it("runs the image, grace period and health check of docker-compose.yml", () => {
    const compose = z
      .object({
        services: z.object({
          worker: z.object({
            image: z.string(),
            stop_grace_period: z.string(),
            healthcheck: z.object({ test: z.array(z.string()) }),
          }),
        }),
      })
      .parse(parse(read("docker-compose.yml"))).services.worker;
    expect(container.image.endsWith(`/${compose.image}`)).toBe(true);
    expect(`${pod.terminationGracePeriodSeconds.toString()}s`).toBe(compose.stop_grace_period);
    const { command } = container.livenessProbe.exec;
    expect(["CMD", ...command]).toEqual(compose.healthcheck.test);
    expect(existsSync(join(root, command[1] ?? "?"))).toBe(true);
  });
});
