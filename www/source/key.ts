// The API key: given once, kept as long as the tab.

const slot = "lucidream.key";

/**
 * The key of this tab. One in the address (`#key=…`) is taken over and removed from the address at once, so that it is neither
 * shown, nor copied with the link, nor kept in the history.
 */
export function readKey(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given !== null) {
    history.replaceState(null, "", location.pathname + location.search);
    if (given.trim()) keepKey(given.trim());
  }
  return sessionStorage.getItem(slot) ?? undefined;
}

export const keepKey = (key: string): void => sessionStorage.setItem(slot, key);

export const forgetKey = (): void => sessionStorage.removeItem(slot);
