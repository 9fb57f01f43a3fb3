package io.taskmover.storage.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Property
    void textAndValueRoundTrip(@ForAll("values") Object value) {
        Object canonical = Json.canonical(value);
        assertThat(Json.problem(canonical)).isNull();
        String text = Json.text(canonical);
        assertThat(Json.parse(text)).isEqualTo(canonical);
        assertThat(Json.text(Json.parse(text))).isEqualTo(text);
    }

    @Provide
    Arbitrary<Object> values() {
        Arbitrary<String> text = Arbitraries.strings()
                .withChars('a', 'é', '"', '\\', '\n', '\u2028', '\uFFFD')
                .ofMaxLength(6);
        Arbitrary<Object> scalar = Arbitraries.oneOf(
                text.asGeneric(),
                Arbitraries.longs().asGeneric(),
                Arbitraries.bigDecimals().asGeneric(),
                Arbitraries.doubles().asGeneric(),
                Arbitraries.of(true, false).asGeneric());
        return Arbitraries.recursive(
                () -> scalar,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(4).asGeneric(),
                        Arbitraries.maps(text, inner).ofMaxSize(4).asGeneric()),
                0,
                3);
    }

    @Test
    void membersAreSorted() {
        assertThat(Json.text(Json.parse("{\"b\":1,\"a\":{\"d\":null,\"c\":[]}}")))
                .isEqualTo("{\"a\":{\"c\":[],\"d\":null},\"b\":1}");
    }

    @Test
    void numbersKeepTheirDigits() {
        assertThat(Json.parse("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(Json.parse("9223372036854775808")).isEqualTo(new BigDecimal("9223372036854775808"));
        assertThat(Json.text(Json.parse("1.50"))).isEqualTo("1.50");
        assertThat(Json.text(Json.parse("-0.0"))).isEqualTo("-0.0");
        assertThat(Json.parse("0.1234567890123456789012345678901234567890"))
                .isEqualTo(new BigDecimal("0.1234567890123456789012345678901234567890"));
    }

    @Test
    void canonicalValuesCannotBeChanged() {
        Map<?, ?> map = (Map<?, ?>) Json.canonical(Map.of("a", List.of(1)));
        assertThatThrownBy(() -> map.remove("a")).isInstanceOf(UnsupportedOperationException.class);
        assertThat(map.get("a")).isEqualTo(List.of(1L));
    }

    @Test
    void badTextSaysWhere() {
        assertRefused("{\"a\":}", "line 1, column 6");
        assertRefused("[1] 2", "Something follows");
        assertRefused("", "Empty");
        assertRefused("{\"a\":1,\"a\":2}", "'a' appears twice");
        assertRefused("\"\\u0000\"", "NUL");
        assertRefused("\"\\ud800\"", "surrogate");
        assertRefused("[".repeat(600) + "]".repeat(600), "500");
        assertRefused("1e999999", "scale");
    }

    private static void assertRefused(String text, String message) {
        assertThatThrownBy(() -> Json.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
