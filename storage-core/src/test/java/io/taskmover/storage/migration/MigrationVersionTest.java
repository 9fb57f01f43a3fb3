package io.taskmover.storage.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationVersionTest {

    @Test
    void numbersAreComparedAsNumbers() {
        List<String> sorted = Stream.of("10", "2", "1.10", "1.9", "001", "1.2.1", "20240131")
                .map(MigrationVersion::of)
                .sorted()
                .map(MigrationVersion::toString)
                .toList();
        assertThat(sorted).containsExactly("001", "1.2.1", "1.9", "1.10", "2", "10", "20240131");
    }

    @Test
    void zerosThatMeanNothingMakeNoOtherVersion() {
        assertThat(MigrationVersion.of("001"))
                .isEqualTo(MigrationVersion.of("1"))
                .isEqualTo(MigrationVersion.of("1.0"))
                .hasSameHashCodeAs(MigrationVersion.of("1.0"));
        assertThat(MigrationVersion.of("1.0.0")).isEqualByComparingTo(MigrationVersion.of("01"));
        assertThat(MigrationVersion.of("1.0.1")).isNotEqualTo(MigrationVersion.of("1.1"));
        assertThat(MigrationVersion.of("0").canonical()).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1", "1.", ".1", "1..2", "-1", "1.2.3.4.5.6", "123456789012345678901"})
    void whatIsNoVersionIsRefused(String text) {
        assertThatThrownBy(() -> MigrationVersion.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("as 001 or 1.2");
    }
}
