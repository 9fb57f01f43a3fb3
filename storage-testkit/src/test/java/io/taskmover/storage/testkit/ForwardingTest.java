package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.backend.ForwardingBackend;
import io.taskmover.storage.backend.ForwardingTransaction;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.Repair;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The forwarding classes forward every method, the default ones too: a layer over them misses nothing. */
class ForwardingTest {
    private static final TableSchema SCHEMA = TableSchema.builder("t")
            .column("id", DataType.TEXT)
            .primaryKey("id")
            .build();

    /** A value for each type of argument and result in the two interfaces. */
    private static final List<Object> SAMPLES = List.of(
            "text",
            true,
            42L,
            SCHEMA,
            Row.of(SCHEMA.rowType(), "a"),
            Column.of("c", DataType.TEXT),
            StorageConfig.of("memory:"),
            TransactionOptions.DEFAULT,
            new PreparedTransaction("id", "memory:", Instant.EPOCH),
            Isolation.SNAPSHOT,
            Capabilities.of(Set.of(Isolation.SNAPSHOT), Feature.values()),
            new Verification(1, 2, List.of()),
            new Repair(List.of(), new Verification(1, 2, List.of())),
            new Explanation(null, "scan"),
            WriteMode.UPSERT,
            Select.from("t"),
            Condition.all(),
            Assignments.of(Map.of("c", "v")),
            Optional.of("present"),
            Function.identity(),
            Map.of("k", "v"),
            List.of("element"));

    static Stream<Method> backendMethods() {
        return methods(StorageBackend.class);
    }

    static Stream<Method> transactionMethods() {
        return methods(BackendTransaction.class);
    }

    private static Stream<Method> methods(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !method.isBridge());
    }

    @ParameterizedTest
    @MethodSource("backendMethods")
    void theBackendForwards(Method method) throws Exception {
        assertForwards(StorageBackend.class, ForwardingBackend.class, method);
    }

    @ParameterizedTest
    @MethodSource("transactionMethods")
    void theTransactionForwards(Method method) throws Exception {
        assertForwards(BackendTransaction.class, ForwardingTransaction.class, method);
    }

    private static <T> void assertForwards(Class<T> type, Class<? extends T> forwarding, Method method)
            throws Exception {
        Method override = forwarding.getMethod(method.getName(), method.getParameterTypes());
        assertThat(override.getDeclaringClass()).as("class that has %s", method).isEqualTo(forwarding);

        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(ForwardingTest::sample)
                .toArray();
        Object result = method.getReturnType() == void.class ? null : sample(method.getReturnType());
        int[] calls = {0};
        T delegate = type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, called, given) -> {
                    assertThat(called.getName()).isEqualTo(method.getName());
                    assertThat(called.getParameterTypes()).isEqualTo(method.getParameterTypes());
                    for (int i = 0; i < arguments.length; i++) {
                        assertThat(given[i]).isSameAs(arguments[i]);
                    }
                    calls[0]++;
                    return result;
                }));
        Object returned = method.invoke(forwarding.getConstructor(type).newInstance(delegate), arguments);
        assertThat(calls[0]).isEqualTo(1);
        if (method.getReturnType().isPrimitive()) {
            assertThat(returned).isEqualTo(result);
        } else {
            assertThat(returned).isSameAs(result);
        }
    }

    private static Object sample(Class<?> type) {
        Class<?> boxed = type == boolean.class ? Boolean.class : type == long.class ? Long.class : type;
        return SAMPLES.stream()
                .filter(boxed::isInstance)
                .findFirst()
                .orElseGet(() -> Proxy.newProxyInstance(
                        type.getClassLoader(), new Class<?>[] {type}, (proxy, called, given) -> null));
    }
}
