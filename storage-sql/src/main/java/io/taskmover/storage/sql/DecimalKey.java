package io.taskmover.storage.sql;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Decimals as ASCII text whose byte order is the numbers' order and which is the same for equal numbers of different
 * scale. A number other than zero is {@code ±0.d₁d₂…dₙ × 10ᵉ} with d₁ and dₙ not zero; its key is
 *
 * <pre>
 * positive  1 eeeee d₁d₂…dₙ        e + 20,000 in five digits, then the digits
 * zero      0
 * negative  - eeeee d₁d₂…dₙ ~      every digit, those of the exponent too, taken from 9
 * </pre>
 *
 * <p>A shorter run of digits is the smaller number, as text has it; among negative ones it is the greater, which the
 * closing {@code ~} sees to, for it comes after all digits. The exponent of a DECIMAL lies between -10,000 and 11,000.
 */
final class DecimalKey {
    private static final int EXPONENT_BIAS = 20_000;
    private static final int EXPONENT_WIDTH = 5;

    private DecimalKey() {}

    static String of(BigDecimal value) {
        if (value.signum() == 0) {
            return "0";
        }
        String digits = value.unscaledValue().abs().toString();
        int exponent = digits.length() - value.scale() + EXPONENT_BIAS;
        int significant = digits.length();
        while (digits.charAt(significant - 1) == '0') {
            significant--;
        }
        boolean negative = value.signum() < 0;
        byte[] key = new byte[1 + EXPONENT_WIDTH + significant + (negative ? 1 : 0)];
        key[0] = (byte) (negative ? '-' : '1');
        for (int i = EXPONENT_WIDTH; i > 0; i--) {
            key[i] = (byte) ('0' + exponent % 10);
            exponent /= 10;
        }
        for (int i = 0; i < significant; i++) {
            key[1 + EXPONENT_WIDTH + i] = (byte) digits.charAt(i);
        }
        if (negative) {
            for (int i = 1; i < key.length - 1; i++) {
                key[i] = (byte) ('0' + '9' - key[i]);
            }
            key[key.length - 1] = '~';
        }
        return new String(key, StandardCharsets.ISO_8859_1);
    }
}
