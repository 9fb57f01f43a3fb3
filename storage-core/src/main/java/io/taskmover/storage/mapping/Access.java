package io.taskmover.storage.mapping;

import io.taskmover.storage.error.MappingException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;

/** Method handles of members of other people's classes, private ones included where their module lets us. */
final class Access {
    private Access() {}

    static MethodHandle constructor(Constructor<?> constructor) {
        return reach(constructor, lookup -> lookup.unreflectConstructor(constructor));
    }

    static MethodHandle method(Method method) {
        return reach(method, lookup -> lookup.unreflect(method));
    }

    static MethodHandle getter(Field field) {
        return reach(field, lookup -> lookup.unreflectGetter(field));
    }

    static MethodHandle setter(Field field) {
        return reach(field, lookup -> lookup.unreflectSetter(field));
    }

    private static <M extends AccessibleObject & Member> MethodHandle reach(M member, Find find) {
        Class<?> owner = member.getDeclaringClass();
        try {
            return find.in(lookup(owner));
        } catch (IllegalAccessException e) {
            Module module = owner.getModule();
            throw new MappingException(
                    owner.getName() + " cannot be reached from " + Access.class.getModule() + ": add `opens "
                            + owner.getPackageName() + " to io.taskmover.storage;` to the module-info.java of "
                            + (module.isNamed() ? module.getName() : "its module")
                            + ", or make the class and its members public in an exported package",
                    e);
        }
    }

    private static MethodHandles.Lookup lookup(Class<?> owner) {
        Module module = owner.getModule();
        Access.class.getModule().addReads(module);
        return module.isOpen(owner.getPackageName(), Access.class.getModule())
                ? privateLookup(owner)
                : MethodHandles.publicLookup();
    }

    private static MethodHandles.Lookup privateLookup(Class<?> owner) {
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup());
        } catch (IllegalAccessException e) {
            throw new MappingException(owner.getName() + " cannot be reached although its package is open", e);
        }
    }

    private interface Find {
        MethodHandle in(MethodHandles.Lookup lookup) throws IllegalAccessException;
    }
}
