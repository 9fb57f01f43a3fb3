package io.taskmover.storage.mapping;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Operation} whose method handle is a constant.
 *
 * <p>A method handle in an ordinary field is a black box to the JIT: it calls what it finds there, argument by argument,
 * boxing all the way. One in a {@code static final} field is inlined whole, and a mapper composed of fifty handles
 * becomes one piece of straight code. Since each mapper needs a static field of its own, this class is a template: its
 * bytes are defined again as a hidden class for each handle, which that class finds as its class data. The class itself is
 * never initialized.
 */
final class CompiledOperation implements Operation {
    private static final MethodHandle HANDLE;

    static {
        try {
            HANDLE = MethodHandles.classData(MethodHandles.lookup(), "_", MethodHandle.class);
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private CompiledOperation() {}

    @Override
    public @Nullable Object apply(@Nullable Object argument) throws Throwable {
        return (Object) HANDLE.invokeExact(argument);
    }
}
