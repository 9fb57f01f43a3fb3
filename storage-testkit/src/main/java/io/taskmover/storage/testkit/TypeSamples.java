package io.taskmover.storage.testkit;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/** Values at the edges of each type: those that are stored, and those that are refused. */
public final class TypeSamples {
    private static final String DIGITS_40 = "1234567890123456789012345678901234567890";

    private TypeSamples() {}

    /** Values of a type in its order, each greater than the one before; JSON in no order. None is over 2 KiB. */
    public static List<Object> of(DataType type) {
        return switch (type) {
            case TEXT ->
                List.of(
                        "",
                        "\u0001",
                        "\t",
                        "\n",
                        "\r\n",
                        " ",
                        "  ",
                        "\"",
                        "%",
                        "'",
                        "0",
                        "00",
                        "1",
                        "10",
                        "2",
                        "A",
                        "Z",
                        "\\",
                        "_",
                        "a",
                        "a ",
                        "a  ",
                        "aa",
                        "e\u0301",
                        "null",
                        "z",
                        "\u007f",
                        "\u00e9",
                        "\u017f",
                        "日本",
                        "\uE000",
                        "\uFFFD",
                        "😀",
                        "😀😀",
                        "\uDBFF\uDFFF");
            case INTEGER ->
                List.of(
                        Long.MIN_VALUE,
                        Long.MIN_VALUE + 1,
                        -(1L << 53) - 1,
                        -1L,
                        0L,
                        1L,
                        9L,
                        10L,
                        1L << 31,
                        1L << 53,
                        (1L << 53) + 1,
                        Long.MAX_VALUE - 1,
                        Long.MAX_VALUE);
            case REAL ->
                List.of(
                        -Double.MAX_VALUE,
                        -1e300,
                        -1.5,
                        -Double.MIN_VALUE,
                        0.0,
                        Double.MIN_VALUE,
                        Double.MIN_NORMAL,
                        0.1,
                        1.0 / 3,
                        1.0,
                        Math.nextUp(1.0),
                        10.0,
                        9007199254740992.0,
                        9007199254740994.0,
                        1e22,
                        Double.MAX_VALUE);
            case DECIMAL ->
                Stream.of(
                                "-1E+10000",
                                "-" + DIGITS_40,
                                "-10.5",
                                "-9",
                                "-1E-40",
                                "0",
                                "1E-10000",
                                "1E-40",
                                "0.1",
                                "0." + DIGITS_40,
                                "1.0",
                                "1.01",
                                "9.99",
                                "10",
                                "1E+3",
                                "9223372036854775807",
                                "9223372036854775808",
                                DIGITS_40,
                                DIGITS_40.replaceFirst("0$", "1"),
                                "9".repeat(1000),
                                "1E+10000")
                        .<Object>map(BigDecimal::new)
                        .toList();
            case BOOLEAN -> List.of(false, true);
            case TIMESTAMP ->
                Stream.of(
                                "0001-01-01T00:00:00Z",
                                "0001-01-01T00:00:00.000000001Z",
                                "1582-10-10T12:00:00Z",
                                "1969-12-31T23:59:59.999999999Z",
                                "1970-01-01T00:00:00Z",
                                "1970-01-01T00:00:00.000000001Z",
                                "1970-01-01T00:00:00.000001Z",
                                "1970-01-01T00:00:00.001Z",
                                "2016-12-31T23:59:59.1Z",
                                "2038-01-19T03:14:08Z",
                                "9999-12-31T23:59:59.999999999Z")
                        .<Object>map(Instant::parse)
                        .toList();
            case DATE ->
                Stream.of(
                                "0001-01-01",
                                "0001-01-02",
                                "1582-10-10",
                                "1900-02-28",
                                "1970-01-01",
                                "2024-02-29",
                                "9999-12-31")
                        .<Object>map(LocalDate::parse)
                        .toList();
            case TIME ->
                List.of(
                        LocalTime.MIDNIGHT,
                        LocalTime.of(0, 0, 0, 1),
                        LocalTime.of(0, 0, 1),
                        LocalTime.of(0, 1),
                        LocalTime.NOON,
                        LocalTime.of(12, 0, 0, 100_000_000),
                        LocalTime.MAX);
            case UUID ->
                List.of(
                        new UUID(0, 0),
                        new UUID(0, 1),
                        new UUID(0, Long.MAX_VALUE),
                        new UUID(0, Long.MIN_VALUE),
                        new UUID(0, -1),
                        new UUID(1, 0),
                        UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057"),
                        new UUID(Long.MAX_VALUE, -1),
                        new UUID(Long.MIN_VALUE, 0),
                        new UUID(-1, -1));
            case BLOB ->
                List.of(
                        blob(),
                        blob(0),
                        blob(0, 0),
                        allBytes(),
                        blob(0x27),
                        blob(0x7f),
                        blob(0x80),
                        blob(0xff),
                        blob(0xff, 0));
            case JSON ->
                Stream.of(
                                "\"\"",
                                "\"text\"",
                                "\"😀 e\u0301 \\\" \\\\ \\n \\u0001 \u2028\"",
                                "\"1\"",
                                "0",
                                "-0.0",
                                "1",
                                "1.0",
                                "1.00",
                                "1e3",
                                "9223372036854775807",
                                "-9223372036854775808",
                                DIGITS_40,
                                "0." + DIGITS_40,
                                "1E-400",
                                "true",
                                "false",
                                "[]",
                                "{}",
                                "[null]",
                                "[[],{},[1,\"1\",true]]",
                                "{\"\":1}",
                                "{\"a\":null}",
                                "{\"a\":{\"b\":[{\"c\":1.50}]},\"z\":\"\"}",
                                "{\"\uE000\":1,\"😀\":2,\"a.b\":3,\"a b\":4,\"'\":5,\"\\\"\":6}",
                                "[".repeat(200) + "]".repeat(200),
                                "{\"a\":".repeat(200) + "1" + "}".repeat(200))
                        .map(TypeSamples::json)
                        .toList();
        };
    }

    /** Values that compare equal to one of {@link #of} without being the same; what is stored is kept as it is. */
    public static List<Object> twins(DataType type) {
        return switch (type) {
            case REAL -> List.of(-0.0);
            case DECIMAL ->
                List.of(
                        new BigDecimal("1.00"),
                        new BigDecimal("1"),
                        new BigDecimal("0.00"),
                        new BigDecimal("0E+3"),
                        new BigDecimal("1000"),
                        new BigDecimal("-10.50"));
            default -> List.of();
        };
    }

    /** Values of some hundred kilobytes and more. */
    public static List<Object> large(DataType type) {
        return switch (type) {
            case TEXT -> List.of("a".repeat(1 << 20), "€😀".repeat(1 << 17));
            case BLOB -> {
                byte[] bytes = new byte[1 << 20];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) ((i * 31) >> 3);
                }
                yield List.of(Blob.of(bytes));
            }
            case JSON ->
                List.of(
                        Json.canonical(List.of("x".repeat(1 << 20))),
                        Json.canonical(Collections.nCopies(20_000, Map.of("k", 1, "v", "text"))));
            default -> List.of();
        };
    }

    /** Values that every write refuses. */
    public static List<Object> refused(DataType type) {
        return switch (type) {
            case TEXT -> List.of("a\0b", "\0", "\uD800", "\uDC00x", "x\uD83D", "\uD83D\uD83D\uDE00", 1L);
            case INTEGER -> List.of(1, 1.0, BigInteger.ONE, "1");
            case REAL -> List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1L, 1f);
            case DECIMAL ->
                List.of(
                        new BigDecimal("9".repeat(1001)),
                        new BigDecimal("1E+10001"),
                        new BigDecimal("1E-10001"),
                        1L,
                        1.0);
            case BOOLEAN -> List.of(1L, "true");
            case TIMESTAMP ->
                List.of(
                        Instant.parse("0000-12-31T23:59:59.999999999Z"),
                        Instant.parse("+10000-01-01T00:00:00Z"),
                        Instant.MIN,
                        Instant.MAX,
                        "2026-01-01T00:00:00Z");
            case DATE ->
                List.of(LocalDate.of(0, 12, 31), LocalDate.of(10000, 1, 1), LocalDate.MIN, LocalDate.MAX, "2026-01-01");
            case TIME -> List.of("12:00", 0L);
            case UUID -> List.of("01890a5d-ac96-774b-bcce-b302099a8057");
            case BLOB -> List.of("a", new byte[0]);
            case JSON -> {
                Map<String, Object> unsorted = new LinkedHashMap<>();
                unsorted.put("b", 1L);
                unsorted.put("a", 1L);
                yield List.of(
                        "\0",
                        List.of("\uD800"),
                        Map.of("\uDC00", 1L),
                        1,
                        Double.NaN,
                        1.5,
                        unsorted,
                        List.of(new BigDecimal("1E+10001")),
                        nested(Json.MAX_DEPTH + 1),
                        new Object());
            }
        };
    }

    private static Object nested(int depth) {
        Object value = 1L;
        for (int i = 0; i < depth; i++) {
            value = List.of(value);
        }
        return value;
    }

    private static Object json(String text) {
        return Objects.requireNonNull(Json.parse(text));
    }

    private static Blob blob(int... bytes) {
        byte[] narrow = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            narrow[i] = (byte) bytes[i];
        }
        return Blob.of(narrow);
    }

    private static Blob allBytes() {
        int[] bytes = new int[256];
        Arrays.setAll(bytes, i -> i);
        return blob(bytes);
    }
}
