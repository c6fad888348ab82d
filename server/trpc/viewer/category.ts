import { listCategories } from "../../services/category/list-categories";
import { anyone } from "../init";

export const viewerCategory = {
  list: anyone.query(({ ctx }) => listCategories(ctx)),
};
