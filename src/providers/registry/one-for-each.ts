import { computed } from "../../domain/computed.js";

/**
 * Returns a function that makes one value per access (an account and its address) and process. It
 * finds the value faster for an access object that it has seen.
 */
export function oneForEach<Access extends object, Made>(
  make: (access: Access) => Made,
): (access: Access) => Made {
  const made = new Map<string, Made>();
  const seen = new WeakMap<Access, Made>();
  return (access) => {
    const known = seen.get(access);
    if (known !== undefined) return known;
    const name = JSON.stringify(access);
    const one = computed(made, name, () => make(access));
    seen.set(access, one);
    return one;
  };
}
