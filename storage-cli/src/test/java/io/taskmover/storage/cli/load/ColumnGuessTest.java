package io.taskmover.storage.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnGuessTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 -9223372036854775808                  | INTEGER",
                "1 0.5                                   | REAL",
                "180 0.44 1.5e300                        | REAL",
                "0.1234567890123456789                   | DECIMAL",
                "9007199254740993 0.5                    | DECIMAL",
                "9223372036854775808                     | DECIMAL",
                "12345678901234567890                    | DECIMAL",
                "1e400                                   | DECIMAL",
                "-0.0                                    | REAL",
                "true false null                         | BOOLEAN",
                "\"a\" null                              | TEXT",
                "\"a\" 1                                 | JSON",
                "true 1                                  | JSON",
                "{} []                                   | JSON",
                "null                                    | JSON",
            })
    void jsonValuesGiveTheirType(String values, DataType type) {
        ColumnGuess guess = new ColumnGuess();
        for (String value : values.trim().split(" ")) {
            Object parsed = Json.parse(value);
            if (parsed != null) {
                guess.add(parsed);
            }
        }
        assertThat(guess.type()).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 -20 0                     | INTEGER",
                "9223372036854775807         | INTEGER",
                "-9223372036854775808        | INTEGER",
                "9223372036854775808         | TEXT",
                "007                         | TEXT",
                "1 007                       | TEXT",
                "+1                          | TEXT",
                "-0                          | TEXT",
                "1e5                         | TEXT",
                ".5                          | TEXT",
                "5.                          | TEXT",
                "1,5                         | TEXT",
                "NaN                         | TEXT",
                "1.5 2                       | REAL",
                "33.0                        | REAL",
                "1.5E-7                      | REAL",
                "12.50 3                     | DECIMAL",
                "0.1234567890123456789       | DECIMAL",
                "true false                  | BOOLEAN",
                "True                        | TEXT",
                "true 1                      | TEXT",
            })
    void textsAreTakenForNumbersOnlyWhereWritingThemBackGivesThemAgain(String values, DataType type) {
        ColumnGuess guess = new ColumnGuess();
        guess.addText("");
        for (String value : values.trim().split(" ")) {
            guess.addText(value);
        }
        assertThat(guess.textType()).isEqualTo(type);
    }
}
