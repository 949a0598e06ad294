package io.github.camelroboflow.app.settings;

import io.github.camelroboflow.app.settings.Settings.Property;
import java.nio.file.Path;

/** Declares which routes run, with which model. */
final class ModelProperties {

    static final PropertyList ALL = new PropertyList();

    private enum UnknownClasses {
        FAIL, WARN
    }

    static final Property<String> ROUTES = ALL.text("routes", "watch-folder", """
            --- The route that runs: the name of a file in the folder routes, without .camel.yaml. The file by-class, \
            which routes by class, runs with it""");
    static final Property<String> MAIN_ROUTES_INCLUDE_PATTERN =
            ALL.text("camel.main.routesIncludePattern", "file:routes/{{routes}}.camel.yaml,file:routes/by-class.camel.yaml", "");
    static final Property<String> MAIN_NAME = ALL.text("camel.main.name", "camel-roboflow", "");
    static final Property<String> KAMELET_LOCATION =
            ALL.text("camel.component.kamelet.location", "file:kamelets,classpath:kamelets",
            "The folders of destinations: a file kamelets/<name>.kamelet.yaml replaces the shipped destination of that name");
    static final Property<String> MODEL = ALL.text("model", "parts-detect/1", """
            --- The model: a folder below modelsDirectory, <project>/<version>. A model of your Roboflow workspace that \
            has no folder there is fetched once, with a key from the environment variable ROBOFLOW_API_KEY, from \
            camel.component.roboflow.apiKey, or from the file that camel.component.roboflow.apiKeyFile names""");
    static final Property<Path> ROBOFLOW_MODELS_DIRECTORY =
            ALL.folder("camel.component.roboflow.modelsDirectory", "config/models", "");
    static final Property<String> ROBOFLOW_RUNTIME = ALL.text("camel.component.roboflow.runtime", "embedded", """
            Where the model runs. embedded: in this program, without network or key. hosted: on Roboflow's servers, with \
            the key, or on the server at camel.component.roboflow.apiUrl""");
    static final Property<String> ROBOFLOW_CONFIDENCE = ALL.text("camel.component.roboflow.confidence", "0.4",
            "Predictions below this confidence are dropped: 0.4 or 40%");
    static final Property<UnknownClasses> CONDITIONS_UNKNOWN_CLASSES =
            ALL.choice("conditions.unknownClasses", "fail", UnknownClasses.values(), """
            Reaction to a condition that names a class which the model in this program does not have. fail: the program \
            does not start. warn: the log has a warning""");

    private ModelProperties() {
    }
}
