yueka = 閱卡
