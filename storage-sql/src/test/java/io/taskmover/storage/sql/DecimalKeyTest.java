package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecimalKeyTest {

    @Test
    void keysAreOrderedAsTheirNumbersAndEqualForEqualOnes() {
        List<BigDecimal> numbers = new ArrayList<>();
        for (String text : List.of(
                "0",
                "0.00",
                "1",
                "1.0",
                "-1",
                "-1.00",
                "9",
                "10",
                "0.12",
                "0.123",
                "-0.12",
                "-0.123",
                "1E+11000",
                "-1E+11000",
                "1E-10000",
                "-1E-10000",
                "9".repeat(1000),
                "-" + "9".repeat(1000))) {
            numbers.add(new BigDecimal(text));
        }
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            numbers.add(BigDecimal.valueOf(random.nextInt(2_000) - 1_000, random.nextInt(8) - 4));
        }
        for (BigDecimal a : numbers) {
            for (BigDecimal b : numbers) {
                assertThat(Integer.signum(DecimalKey.of(a).compareTo(DecimalKey.of(b))))
                        .as("%s and %s", a, b)
                        .isEqualTo(a.compareTo(b));
            }
        }
    }

    @Test
    void keysLookAsTheFormatSays() {
        assertThat(DecimalKey.of(new BigDecimal("12.50"))).isEqualTo("120002125");
        assertThat(DecimalKey.of(new BigDecimal("-12.50"))).isEqualTo("-79997874~");
        assertThat(DecimalKey.of(BigDecimal.ZERO)).isEqualTo("0");
    }
}
