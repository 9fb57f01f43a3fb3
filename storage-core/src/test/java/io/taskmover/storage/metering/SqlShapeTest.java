package io.taskmover.storage.metering;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlShapeTest {
    @Test
    void textsAreLeftOutHoweverLong() {
        String secret = "it''s ".repeat(100_000);
        assertThat(SqlShape.of("update t\n  set a = '" + secret + "', b = '' where c = 'x''y'"))
                .isEqualTo("update t set a = ?, b = ? where c = ?");
    }

    @Test
    void ofATextThatDoesNotEndNothingIsTold() {
        assertThat(SqlShape.of("select 'secret")).isEqualTo("select ?");
    }
}
