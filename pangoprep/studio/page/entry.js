export default {
  render({model, el}) {
    const studio = new Studio(model, el);
    studio.start();
    return () => studio.stop();
  },
};
