package io.github.camelroboflow.component.springboot;

import io.github.camelroboflow.component.RoboflowComponent;
import io.github.camelroboflow.component.server.RoboflowServerComponent;
import io.github.camelroboflow.component.upload.UploadComponent;
import io.github.camelroboflow.component.workflow.WorkflowComponent;
import io.github.camelroboflow.inference.support.Json;
import io.github.camelroboflow.inference.support.MessageText.Spelling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.util.StringHelper;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Applies the properties {@code camel.component.roboflow.*} of a Spring Boot application, and those of the other schemes, to the
 * components. Names are as relaxed as all of Spring Boot's. The options are those of the metadata that Camel's generator wrote, and
 * Camel converts the values, as in every other application.
 */
@AutoConfiguration
@ConditionalOnClass(name = "org.apache.camel.spring.boot.CamelAutoConfiguration")
public class RoboflowAutoConfiguration {

    private static final Map<String, Class<? extends Component>> COMPONENTS = Map.of("roboflow", RoboflowComponent.class,
            "roboflow-server", RoboflowServerComponent.class, "roboflow-upload", UploadComponent.class,
            "roboflow-workflow", WorkflowComponent.class);

    /** @throws RefusedPropertyException if a property in the group of a component is no option of it */
    @Bean
    ComponentCustomizer roboflowComponentCustomizer(Environment environment) {
        Map<Class<?>, Options> options = COMPONENTS.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getValue, entry -> Options.of(entry.getKey(), entry.getValue())));
        List<Options> groups = new ArrayList<>(options.values());
        groups.add(new Options("language roboflow", ConfigurationPropertyName.of("camel.language.roboflow"), Map.of(), List.of()));
        new NameCheck(groups).check(environment);
        return new PropertyCustomizer(options, environment);
    }

    /** The options of a component or a language: the name of each in Camel, with its property. */
    private record Options(String owner, ConfigurationPropertyName group, Map<String, ConfigurationPropertyName> properties,
                           List<String> secrets) {

        /** Reads the options from the metadata beside the class of the component. */
        static Options of(String scheme, Class<?> component) {
            ConfigurationPropertyName group = ConfigurationPropertyName.of("camel.component." + scheme);
            String resource = "/META-INF/" + component.getPackageName().replace('.', '/') + "/" + scheme + ".json";
            try (InputStream metadata = component.getResourceAsStream(resource)) {
                Map<String, ConfigurationPropertyName> properties = new LinkedHashMap<>();
                List<String> secrets = new ArrayList<>();
                Json.MAPPER.readTree(metadata).path("componentProperties").properties().stream()
                        // the configuration comes first, as it replaces all other options
                        .sorted(Comparator.comparing(option -> !option.getKey().equals("configuration")))
                        .forEach(option -> {
                            properties.put(option.getKey(), group.append(StringHelper.camelCaseToDash(option.getKey())));
                            if (option.getValue().path("secret").asBoolean()) {
                                secrets.add(option.getKey());
                            }
                        });
                return new Options("component " + scheme, group, properties, secrets);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Returns all properties: the options, and the two that Camel has for every component. */
        List<ConfigurationPropertyName> known() {
            List<ConfigurationPropertyName> known = new ArrayList<>(properties.values());
            if (!known.isEmpty()) {
                known.add(group.append("enabled"));
                known.add(group.append("customizer.enabled"));
            }
            return known;
        }
    }

    /** Sets the options that the application has properties for. */
    private record PropertyCustomizer(Map<Class<?>, Options> components, Environment environment) implements ComponentCustomizer {

        @Override
        public boolean isEnabled(String name, Component target) {
            Options options = components.get(target.getClass());
            return options != null && Binder.get(environment).bind(options.group().append("enabled"), Bindable.of(Boolean.class))
                    .orElse(true);
        }

        @Override
        public void configure(String name, Component target) {
            Options options = components.get(target.getClass());
            Binder binder = Binder.get(environment);
            options.properties().forEach((option, property) -> value(binder, property).ifPresent(value -> {
                try {
                    PropertyBindingSupport.build().withCamelContext(target.getCamelContext()).withTarget(target)
                            .withConfigurer(target.getComponentPropertyConfigurer()).withReflection(false).withMandatory(true)
                            .withProperty(option, value).bind();
                } catch (RuntimeException e) {
                    throw refusal(property, options.secrets().contains(option) ? "" : "=" + value, e);
                }
            }));
        }

        private static Optional<String> value(Binder binder, ConfigurationPropertyName property) {
            try {
                return Optional.ofNullable(binder.bind(property, Bindable.of(String.class))
                        // a list of YAML
                        .orElseGet(() -> binder.bind(property, Bindable.listOf(String.class))
                                .map(items -> String.join(",", items)).orElse(null)));
            } catch (BindException e) {
                throw refusal(property, "", e);
            }
        }

        private static RefusedPropertyException refusal(ConfigurationPropertyName property, String value, Exception error) {
            Throwable cause = error;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return new RefusedPropertyException(property + value + " can't be used: " + cause.getMessage(), error);
        }
    }

    /** Refuses names that are no options, which would have no effect without a message. */
    private record NameCheck(List<Options> components) {

        /** @throws RefusedPropertyException naming all that are wrong, and where they are */
        void check(Environment environment) {
            List<String> mistakes = new ArrayList<>();
            for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
                if (source instanceof IterableConfigurationPropertySource names) {
                    boolean variables = source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
                    names.stream().filter(name -> !isKnown(name, variables))
                            .map(name -> mistake(name, source)).forEach(mistakes::add);
                }
            }
            if (!mistakes.isEmpty()) {
                throw new RefusedPropertyException(String.join("; ", mistakes), null);
            }
        }

        private boolean isKnown(ConfigurationPropertyName name, boolean variable) {
            // the name of a variable does not tell dots from dashes
            Function<ConfigurationPropertyName, Object> form = variable ? NameCheck::letters : anyName -> anyName;
            ConfigurationPropertyName option = name;
            while (option.isLastElementIndexed()) {
                option = option.getParent();
            }
            Object wanted = form.apply(option);
            return group(name).isEmpty()
                    || components.stream().flatMap(options -> options.known().stream()).map(form).anyMatch(wanted::equals);
        }

        private Optional<Options> group(ConfigurationPropertyName name) {
            return components.stream().filter(options -> options.group().isAncestorOf(name)).findFirst();
        }

        private static String letters(ConfigurationPropertyName name) {
            return name.toString().replaceAll("[.-]", "").toLowerCase(Locale.ROOT);
        }

        private String mistake(ConfigurationPropertyName name, ConfigurationPropertySource source) {
            Options options = group(name).orElseThrow();
            int groupLength = options.group().getNumberOfElements();
            List<String> names = options.known().stream().map(known -> known.subName(groupLength).toString()).toList();
            return name + origin(name, source) + " is no option of the " + options.owner()
                    + Spelling.closest(name.subName(groupLength).toString(), names)
                            .map(meant -> ": did you mean " + options.group().append(meant) + "?")
                            .orElse(", which has " + (names.isEmpty() ? "none" : String.join(", ", names)));
        }

        private static String origin(ConfigurationPropertyName name, ConfigurationPropertySource source) {
            return Optional.ofNullable(source.getConfigurationProperty(name)).map(property -> property.getOrigin())
                    .map(origin -> " (" + origin + ")").orElse("");
        }
    }

    /** A property that has no effect, or whose value can't be used. */
    static final class RefusedPropertyException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        RefusedPropertyException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Has Spring Boot show a refusal without a stack trace, as its own. */
    static final class RefusalAnalyzer extends AbstractFailureAnalyzer<RefusedPropertyException> {

        @Override
        protected FailureAnalysis analyze(Throwable rootFailure, RefusedPropertyException refusal) {
            return new FailureAnalysis(refusal.getMessage(), "Correct the application's configuration.", rootFailure);
        }
    }
}
