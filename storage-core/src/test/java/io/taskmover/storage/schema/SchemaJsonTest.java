package io.taskmover.storage.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaJsonTest {

    @Test
    void aSchemaComesBackAsItWas() {
        TableSchema schema = TableSchema.builder("ünïts")
                .column(Column.of("id", DataType.INTEGER))
                .column(Column.of("name", DataType.TEXT)
                        .withNotNull()
                        .withCheck(new Check.Length(1, 80))
                        .withCheck(new Check.Matches("[a-z\\\\]*"))
                        .withCheck(new Check.OneOf(List.of("a", "b"))))
                .column(Column.of("price", DataType.DECIMAL)
                        .withDefault(new BigDecimal("1.00"))
                        .withCheck(new Check.Range(new BigDecimal("0.10"), null)))
                .column(Column.of("weight", DataType.REAL).withDefault(-0.0))
                .column(Column.of("since", DataType.TIMESTAMP).withDefault(Instant.EPOCH))
                .column(Column.of("raw", DataType.BLOB).withDefault(Blob.of(new byte[] {1, -1})))
                .column(Column.of("more", DataType.JSON).withDefault(Map.of("b", 1, "a", List.of())))
                .column(Column.of("v", DataType.INTEGER))
                .primaryKey("id")
                .generatedKey()
                .version("v")
                .unique("name")
                .index("price", "since")
                .build();
        assertThat(SchemaJson.parse(SchemaJson.line(schema))).isEqualTo(schema);
        assertThat(SchemaJson.line(SchemaJson.parse(SchemaJson.line(schema)))).isEqualTo(SchemaJson.line(schema));
    }

    @Test
    void aCompositeKeyKeepsItsOrder() {
        TableSchema schema = TableSchema.builder("t")
                .column("a", DataType.TEXT)
                .column("b", DataType.DATE)
                .primaryKey("b", "a")
                .build();
        assertThat(SchemaJson.parse(SchemaJson.line(schema))).isEqualTo(schema);
    }

    @Test
    void whatIsNoSchemaIsRefused() {
        for (String text : List.of(
                "null",
                "[]",
                "{}",
                "{\"table\":1}",
                "{\"table\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"WORD\"}],\"primaryKey\":[\"a\"]}",
                "{\"table\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"TEXT\",\"checks\":[{}]}],\"primaryKey\":[\"a\"]}")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> SchemaJson.parse(text));
        }
    }
}
