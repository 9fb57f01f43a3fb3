package io.taskmover.storage.query;

import java.math.BigDecimal;
import java.math.BigInteger;

/** The values of JDQL's number literals. */
final class JdqlNumbers {
    private static final BigInteger LONG_LIMIT = BigInteger.ONE.shiftLeft(Long.SIZE - 1);

    private JdqlNumbers() {}

    /**
     * A Long, or a BigInteger for a number that no long holds: comparing with one is well defined.
     *
     * @param negative whether a minus stands before it, without which the least long could not be written
     */
    static Number integer(JdqlToken token, boolean negative) {
        String digits = token.text().replace("_", "");
        boolean isLong = digits.endsWith("l") || digits.endsWith("L");
        digits = isLong ? digits.substring(0, digits.length() - 1) : digits;
        if (digits.length() > 1 && digits.charAt(0) == '0') {
            throw token.error("'" + token.text() + "' begins with 0, which means octal in Java and is not supported");
        }
        BigInteger value = new BigInteger(negative ? "-" + digits : digits);
        boolean fits = value.bitLength() < Long.SIZE && !value.equals(LONG_LIMIT);
        if (isLong && !fits) {
            throw token.error("'" + token.text() + "' is too large for a long");
        }
        return fits ? (Number) value.longValue() : value;
    }

    /**
     * A Double, as in Java. A number without suffix that has more digits than a double keeps is a BigDecimal, so that
     * a DECIMAL column is compared with what was written.
     */
    static Number decimal(JdqlToken token, boolean negative) {
        String digits = (negative ? "-" : "") + token.text().replace("_", "");
        char last = digits.charAt(digits.length() - 1);
        boolean suffixed = Character.isLetter(last);
        String number = suffixed ? digits.substring(0, digits.length() - 1) : digits;
        double real = (last | 0x20) == 'f' ? Float.parseFloat(number) : Double.parseDouble(number);
        if (suffixed) {
            if (Double.isInfinite(real)) {
                throw token.error(
                        "'" + token.text() + "' is too large for a " + ((last | 0x20) == 'f' ? "float" : "double"));
            }
            return real;
        }
        try {
            BigDecimal exact = new BigDecimal(number);
            return Double.isFinite(real) && new BigDecimal(Double.toString(real)).compareTo(exact) == 0
                    ? (Number) real
                    : exact;
        } catch (NumberFormatException e) {
            throw token.error("'" + token.text() + "' has an exponent that is too large");
        }
    }
}
