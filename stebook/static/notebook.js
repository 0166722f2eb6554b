// The end of a scene's module in a notebook, after the scripts of the page: a model in the place of
// the address. What a view has set up goes with it; the widget stays, since who keeps it may show it
// again.
export default {
  render({ model, el }) {
    el.innerHTML = model.get("elements");
    const home = {
      read: () => undefined,
      write: () => {
        model.set("state", scene.plain());
        model.save_changes();
      },
    };
    const figure = el.querySelector("figure.scene");
    const scene = new globalThis.stePlane.Plane(figure, home);
    const undress = globalThis.steDress(figure);
    const follow = () => scene.put(model.get("state"));
    const lay = () => scene.lay(model.get("runs"));
    model.on("change:state", follow);
    model.on("change:runs", lay);
    follow();
    lay();
    // the keys are the scene's: where the attribute is not on what has the focus, Jupyter takes them
    for (const part of el.querySelectorAll("input, select, button, [tabindex]")) {
      part.dataset.lmSuppressShortcuts = "true";
    }
    return () => {
      model.off("change:state", follow);
      model.off("change:runs", lay);
      undress();
      scene.close();
      el.replaceChildren(); // Jupyter holds on to the elements of views that are gone
    };
  },
};
