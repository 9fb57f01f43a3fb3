package io.taskmover.storage.mapping;

import io.taskmover.storage.error.MappingException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the {@link Shape} of a class. A record has its components. A class with a constructor without parameters and a
 * field that is not final is a bean: its properties are its fields and its pairs of getter and setter, superclasses'
 * included. Any other class is immutable: its properties are the parameters of the constructor with the most parameters
 * that all name a field or getter; if parameter names were not compiled in, the parameters of the only constructor
 * must be the fields in order.
 */
final class ShapeFinder {
    /** A method takes 255 arguments at most, and method handles need some of them. */
    private static final int MAX_PROPERTIES = 240;

    private final Class<?> type;
    private final Map<TypeVariable<?>, Type> bindings;
    /** Instance fields by name, superclasses' first. */
    private final Map<String, Field> fields = new LinkedHashMap<>();

    ShapeFinder(Type type) {
        this.type = Types.raw(type);
        this.bindings = Types.bindings(type);
    }

    Shape find() {
        Shape shape = findAny();
        if (shape.properties().size() > MAX_PROPERTIES) {
            throw new MappingException(
                    type.getName() + " has " + shape.properties().size() + " properties; at most " + MAX_PROPERTIES
                            + " can be mapped. Group some of them into records");
        }
        return shape;
    }

    private Shape findAny() {
        if (type.isRecord()) {
            return ofRecord();
        }
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            throw new MappingException(
                    type.getName()
                            + " is abstract and not sealed, so its rows do not tell which class to make; seal it, or use a class");
        }
        if (type.isMemberClass() && !Modifier.isStatic(type.getModifiers())) {
            throw new MappingException(type.getName() + " is an inner class; make it static");
        }
        collectFields(type);
        Constructor<?>[] constructors = type.getDeclaredConstructors();
        Constructor<?> empty = Arrays.stream(constructors)
                .filter(c -> c.getParameterCount() == 0)
                .findFirst()
                .orElse(null);
        boolean changeable = fields.values().stream().anyMatch(field -> !Modifier.isFinal(field.getModifiers()));
        if (empty != null && (changeable || constructors.length == 1)) {
            return ofBean(empty);
        }
        return ofConstructor(constructors);
    }

    private Shape ofRecord() {
        List<Property> properties = new ArrayList<>();
        List<Class<?>> parameters = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName();
            Method accessor = component.getAccessor();
            properties.add(new Property(
                    name,
                    accessorName(name),
                    Types.resolve(component.getGenericType(), bindings),
                    Access.method(accessor),
                    null,
                    List.of(component, accessor)));
            parameters.add(component.getType());
        }
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(parameters.toArray(new Class<?>[0]));
            return new Shape(type, properties, Access.constructor(canonical));
        } catch (NoSuchMethodException e) {
            throw new MappingException(type.getName() + " has no canonical constructor", e);
        }
    }

    private Shape ofBean(Constructor<?> empty) {
        List<Property> properties = new ArrayList<>();
        for (Field field : fields.values()) {
            Method getter = getter(field.getName());
            Method setter = setter(field.getName(), field.getType());
            List<AnnotatedElement> sources = sources(field, getter, setter);
            if (setter == null && Modifier.isFinal(field.getModifiers())) {
                if (sources.stream().noneMatch(source -> source.isAnnotationPresent(Transient.class))) {
                    throw new MappingException("Field '" + field.getName() + "' of " + type.getName()
                            + " is final and cannot be read back; make it not final, mark it @Transient,"
                            + " or give the class a constructor that takes all properties");
                }
                continue;
            }
            properties.add(new Property(
                    field.getName(),
                    getter == null ? field.getName() : accessorName(getter.getName()),
                    Types.resolve(field.getGenericType(), bindings),
                    getter == null ? Access.getter(field) : Access.method(getter),
                    setter == null ? Access.setter(field) : Access.method(setter),
                    sources));
        }
        addPairsWithoutField(properties);
        if (properties.isEmpty()) {
            throw new MappingException(type.getName()
                    + " has no properties: no fields, and no getters with a setter; give it some, or a constructor");
        }
        return new Shape(type, properties, Access.constructor(empty));
    }

    private void addPairsWithoutField(List<Property> properties) {
        Arrays.stream(type.getMethods())
                .filter(method -> method.getDeclaringClass() != Object.class && !method.isBridge())
                .filter(method -> method.getParameterCount() == 0 && !Modifier.isStatic(method.getModifiers()))
                .sorted(Comparator.comparing(Method::getName))
                .forEach(getter -> {
                    String name = accessorName(getter.getName());
                    Method setter = setter(name, getter.getReturnType());
                    if (name.equals(getter.getName()) || setter == null || fields.containsKey(name)) {
                        return;
                    }
                    properties.add(new Property(
                            name,
                            name,
                            Types.resolve(getter.getGenericReturnType(), bindings),
                            Access.method(getter),
                            Access.method(setter),
                            List.of(getter, setter)));
                });
    }

    private Shape ofConstructor(Constructor<?>[] constructors) {
        List<Shape> found = new ArrayList<>();
        for (Constructor<?> constructor : constructors) {
            List<Property> properties = matchNames(constructor);
            if (properties == null && constructors.length == 1) {
                properties = matchTypes(constructor);
            }
            if (properties != null && !constructor.isSynthetic()) {
                found.add(new Shape(type, properties, Access.constructor(constructor)));
            }
        }
        int most = found.stream()
                .mapToInt(shape -> shape.properties().size())
                .max()
                .orElse(-1);
        found.removeIf(shape -> shape.properties().size() < most);
        if (found.size() != 1) {
            throw new MappingException(type.getName() + " has "
                    + (found.isEmpty() ? "no constructor" : "more than one constructor")
                    + " whose parameters are its properties " + fields.keySet()
                    + "; make it a record, compile it with -parameters, or give it a constructor without parameters"
                    + " and fields that are not final");
        }
        return found.get(0);
    }

    private @Nullable List<Property> matchNames(Constructor<?> constructor) {
        List<Property> properties = new ArrayList<>();
        for (Parameter parameter : constructor.getParameters()) {
            Property property = parameter.isNamePresent() ? fromParameter(parameter, parameter.getName()) : null;
            if (property == null) {
                return null;
            }
            properties.add(property);
        }
        return properties;
    }

    private @Nullable List<Property> matchTypes(Constructor<?> constructor) {
        Parameter[] parameters = constructor.getParameters();
        List<Field> inOrder = List.copyOf(fields.values());
        if (parameters.length != inOrder.size()) {
            return null;
        }
        List<Property> properties = new ArrayList<>();
        for (int i = 0; i < parameters.length; i++) {
            Property property = parameters[i].isNamePresent()
                    ? null
                    : fromParameter(parameters[i], inOrder.get(i).getName());
            if (property == null) {
                return null;
            }
            properties.add(property);
        }
        return properties;
    }

    private @Nullable Property fromParameter(Parameter parameter, String name) {
        Field field = fields.get(name);
        Method getter = getter(name);
        if (getter != null && getter.getReturnType() != parameter.getType()) {
            getter = null;
        }
        if (getter == null && (field == null || field.getType() != parameter.getType())) {
            return null;
        }
        return new Property(
                name,
                getter == null ? name : accessorName(getter.getName()),
                Types.resolve(parameter.getParameterizedType(), bindings),
                getter == null ? Access.getter(Objects.requireNonNull(field)) : Access.method(getter),
                null,
                sources(parameter, field, getter));
    }

    private void collectFields(Class<?> owner) {
        Class<?> parent = owner.getSuperclass();
        if (parent != null && parent != Object.class) {
            collectFields(parent);
        }
        for (Field field : owner.getDeclaredFields()) {
            int modifiers = field.getModifiers();
            if (!Modifier.isStatic(modifiers) && !Modifier.isTransient(modifiers) && !field.isSynthetic()) {
                fields.put(field.getName(), field);
            }
        }
    }

    /** {@code getName()}, {@code isName()} or {@code name()}; the first that there is. */
    private @Nullable Method getter(String name) {
        String capital = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        for (String candidate : List.of("get" + capital, "is" + capital, name)) {
            Method method = method(candidate);
            if (method != null && method.getReturnType() != void.class) {
                return method;
            }
        }
        return null;
    }

    private @Nullable Method setter(String name, Class<?> value) {
        return method("set" + Character.toUpperCase(name.charAt(0)) + name.substring(1), value);
    }

    private @Nullable Method method(String name, Class<?>... parameters) {
        for (Class<?> owner = type; owner != null && owner != Object.class; owner = owner.getSuperclass()) {
            for (Method method : owner.getDeclaredMethods()) {
                if (method.getName().equals(name)
                        && Arrays.equals(method.getParameterTypes(), parameters)
                        && !Modifier.isStatic(method.getModifiers())
                        && !method.isBridge()) {
                    return method;
                }
            }
        }
        return null;
    }

    /** What {@code field(Type::method)} calls the property. */
    private static String accessorName(String method) {
        int prefix = method.startsWith("get") ? 3 : method.startsWith("is") ? 2 : 0;
        return prefix > 0 && method.length() > prefix && Character.isUpperCase(method.charAt(prefix))
                ? Character.toLowerCase(method.charAt(prefix)) + method.substring(prefix + 1)
                : method;
    }

    private static List<AnnotatedElement> sources(@Nullable AnnotatedElement... candidates) {
        List<AnnotatedElement> sources = new ArrayList<>();
        for (AnnotatedElement candidate : candidates) {
            if (candidate != null) {
                sources.add(candidate);
            }
        }
        return sources;
    }
}
