/**
 * Formats dollars with two decimals from one dollar on, up to four from one cent on, and otherwise
 * up to six.
 */
export function formatMoney(dollars: number): string {
  if (dollars >= 1 || dollars === 0) return `$${grouped(dollars, 2)}`;
  return `$${grouped(dollars, dollars >= 0.01 ? 4 : 6)}`;
}

function grouped(dollars: number, digits: number): string {
  return dollars.toLocaleString("en-US", {
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  });
}
