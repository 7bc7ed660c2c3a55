/** Keeps one value per access (an account and its address), made once per process. */
export function oneForEach<Access, Made>(make: (access: Access) => Made): (access: Access) => Made {
  const made = new Map<string, Made>();
  return (access) => {
    const name = JSON.stringify(access);
    const one = made.get(name) ?? make(access);
    made.set(name, one);
    return one;
  };
}
