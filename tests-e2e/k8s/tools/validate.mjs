// Reads manifests as a JSON array and prints what is wrong with each.
import { readFileSync } from "node:fs";

const PACKAGES = {
  "gateway.networking.k8s.io": "@kubernetes-models/gateway-api",
  "external-secrets.io": "@kubernetes-models/external-secrets",
};

for (const manifest of JSON.parse(readFileSync(0, "utf8"))) {
  const [group, version] = manifest.apiVersion.split("/");
  const models = await import(`${PACKAGES[group]}/${group}/${version}`);
  try {
    new models[manifest.kind](manifest).validate();
  } catch (error) {
    console.log(manifest.kind, manifest.metadata.name, error.message);
  }
}
