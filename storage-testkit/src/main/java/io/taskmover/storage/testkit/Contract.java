package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.Capabilities;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.schema.TableSchema;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Tests that every backend passes; the names of all contracts' tests are distinct, so that one class has them all. */
public interface Contract {

    /** The backend that is tested. */
    BackendUnderTest subject();

    /** A new table, under a name of its own, in the store that the tests of a class share. */
    default TestTable table(UnaryOperator<TableSchema.Builder> columns) {
        return subject().table(columns);
    }

    default Capabilities capabilities() {
        return subject().capabilities();
    }

    /** The levels of isolation that the backend declares, from weakest to strongest: arguments of parameterised tests. */
    default Set<Isolation> levels() {
        return capabilities().isolation();
    }
}
