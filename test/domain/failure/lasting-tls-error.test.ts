import { describe, expect, test } from "vitest";
import { isLastingTlsError } from "../../../src/domain/failure/lasting-tls-error.js";

describe("a TLS error", () => {
  test.each([
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "CERT_HAS_EXPIRED",
    "CERT_NOT_YET_VALID",
    "CERT_REVOKED",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "ERR_SSL_WRONG_VERSION_NUMBER",
  ])("of the code %s cannot pass", (code) => {
    expect(isLastingTlsError(code)).toBe(true);
  });

  test.each(["ECONNRESET", "ECONNREFUSED", "EPROTO", "ERR_TLS_HANDSHAKE_TIMEOUT", "EAI_AGAIN"])(
    "of the code %s may pass",
    (code) => {
      expect(isLastingTlsError(code)).toBe(false);
    },
  );
});
